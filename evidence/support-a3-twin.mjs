// A3 on numbers, written apart from src/: every step rounds where the paper's widths say, the search walks a list of all products.

const range = (count) => Array.from({ length: count }, (_, index) => index);

/** Rows that a search of M iterations gives a positive partial score, from the sorted list of all products. */
function candidatesOf(query, keys, iterations, skips) {
  const dimension = query.length;
  const items = keys.flatMap((row, place) =>
    row.map((key, column) => ({ place, column, product: key * query[column] })),
  );
  // A column's pointer meets equal keys from its end, the last row first, where it walks down.
  const order = (sign) => (left, right) => {
    const walksDown = query[left.column] * sign > 0;
    return (
      sign * (right.product - left.product) ||
      left.column - right.column ||
      (walksDown ? right.place - left.place : left.place - right.place)
    );
  };
  const queues = [1, -1].map((sign) => items.filter(({ product }) => product * sign > 0).sort(order(sign)));
  const partial = keys.map(() => 0);
  let sum = 0;
  const popFrom = (queue) => {
    const top = queue.shift();
    if (top === undefined) return;
    partial[top.place] += top.product;
    sum += top.product;
  };
  for (let iteration = 0; iteration < iterations && dimension > 0; iteration++) {
    popFrom(queues[0]);
    if (!skips || sum >= 0) popFrom(queues[1]);
  }
  return range(keys.length).filter((place) => partial[place] > 0);
}

/** Candidates, kept rows and output of the first query. */
export function a3Twin(parameters, floats, dimension) {
  const { integerBits: i, fractionBits: f } = parameters.number;
  const quantum = 2 ** -f;
  const cap = 2 ** i - quantum;
  const fixed = (number) => Math.max(-cap, Math.min(cap, Math.round(number / quantum) * quantum));
  const fine = (number) => Math.round(number * 4 ** f) / 4 ** f;
  const most = 1 - 4 ** -f;
  const root = Math.sqrt(dimension);
  const isInQuery = parameters.scoreScaling === "in-query";
  const rows = (values) =>
    range(values.length / dimension).map((row) => [
      ...values.subarray(row * dimension, (row + 1) * dimension),
    ]);
  const query = rows(floats.query)[0].map((number) => fixed(isInQuery ? number * (1 / root) : number));
  const keys = rows(floats.key).map((row) => row.map(fixed));
  const values = rows(floats.value).map((row) => row.map(fixed));
  const ratio = parameters.candidateSearch.iterationsPerKeyRatio;
  let candidates = [];
  if (ratio < 1) {
    const iterations = Math.max(1, Math.floor(ratio * keys.length));
    candidates = candidatesOf(query, keys, iterations, parameters.candidateSearch.skipsNegativePops);
  }
  if (candidates.length === 0) candidates = range(keys.length);
  const scores = candidates.map((row) => keys[row].reduce((sum, key, d) => sum + key * query[d], 0));
  const distances = scores.map((score) => fine((Math.max(...scores) - score) / (isInQuery ? 1 : root)));
  const survivors = range(candidates.length).filter(
    (place) => Math.exp(-distances[place]) * 100 >= parameters.postScoringPercent,
  );
  const half = 2 ** (i - f);
  const exponentials = survivors.map((place) => {
    const distance = Math.min(distances[place], 4 ** i - 4 ** -f);
    const high = Math.floor(distance / half) * half;
    return Math.min(most, fine(fine(Math.exp(-high)) * fine(Math.exp(high - distance))));
  });
  const total = exponentials.reduce((sum, exponential) => sum + exponential, 0);
  const kept = survivors.map((place) => candidates[place]);
  const outputCap = 2 ** i - 8 ** -f;
  const output = range(dimension).map((d) => {
    const exact = kept.reduce(
      (sum, row, place) => sum + Math.min(most, fine(exponentials[place] / total)) * values[row][d],
      0,
    );
    return Math.max(-outputCap, Math.min(outputCap, exact)) * 8 ** f;
  });
  return { candidates, kept, output };
}

import { searchCandidatesReference } from "../../hardware/candidate-selector.reference.ts";
import type { HeadFloatOperands } from "../../pruning/head-operands.ts";
import type { A3Query } from "./fixed-point-attention.ts";
import type { A3Parameters } from "./parameters.ts";

/** One query of A3 in plain steps on numbers, not codes: each is rounded where the machine rounds it. */
export function a3QueryReference(
  parameters: A3Parameters,
  floats: HeadFloatOperands,
  dimension: number,
  queryIndex: number,
): Omit<A3Query, "isFallback"> {
  const { integerBits: i, fractionBits: f } = parameters.number;
  const limit = 2 ** i - 2 ** -f;
  const clamp = (number: number, most: number) => Math.max(-most, Math.min(most, number));
  const round = (number: number, fractionBits: number) =>
    Math.round(number * 2 ** fractionBits) / 2 ** fractionBits;
  const operand = (number: number) => clamp(round(number, f), limit);
  const rowsOf = (values: Float32Array) =>
    Array.from({ length: values.length / dimension }, (_, row) =>
      Array.from(values.subarray(row * dimension, (row + 1) * dimension)),
    );
  const inQuery = parameters.scoreScaling === "in-query" ? Math.sqrt(dimension) : 1;
  const afterwards = Math.sqrt(dimension) / inQuery;
  const query = rowsOf(floats.query)[queryIndex]!.map((number) => operand(number / inQuery));
  const keys = rowsOf(floats.key).map((row) => row.map(operand));
  const values = rowsOf(floats.value).map((row) => row.map(operand));
  const allRows = [...keys.keys()];

  let candidates = allRows;
  const { iterationsPerKeyRatio, skipsNegativePops } = parameters.candidateSearch;
  if (iterationsPerKeyRatio < 1) {
    const codes = (numbers: number[]) => Int32Array.from(numbers, (number) => number * 2 ** f);
    const iterationCount = Math.max(1, Math.floor(iterationsPerKeyRatio * keys.length));
    const options = { iterationCount, skipsNegativePops };
    const partial = searchCandidatesReference(codes(query), codes(keys.flat()), options);
    const found = allRows.filter((row) => partial[row]! > 0);
    if (found.length > 0) candidates = found;
  }
  const scores = candidates.map((row) => keys[row]!.reduce((sum, key, d) => sum + key * query[d]!, 0));
  const largest = Math.max(...scores);
  const distances = scores.map((score) => round((largest - score) / afterwards, 2 * f));
  const isKept = distances.map((distance) => 100 * Math.exp(-distance) >= parameters.postScoringPercent);
  const kept = candidates.filter((_, place) => isKept[place]);
  const exponentials = distances
    .filter((_, place) => isKept[place])
    .map((distance) => {
      const address = Math.min(distance, 2 ** (2 * i) - 2 ** (-2 * f));
      const high = Math.floor(address * 2 ** (f - i)) / 2 ** (f - i);
      const product = round(Math.exp(-high), 2 * f) * round(Math.exp(-(address - high)), 2 * f);
      return Math.min(1 - 2 ** (-2 * f), round(product, 2 * f));
    });
  const sum = exponentials.reduce((total, exponential) => total + exponential, 0);
  const weights = exponentials.map((number) => Math.min(1 - 2 ** (-2 * f), round(number / sum, 2 * f)));
  const outputLimit = 2 ** i - 2 ** (-3 * f);
  const output = Float64Array.from({ length: dimension }, (_, d) =>
    clamp(
      kept.reduce((total, row, place) => total + weights[place]! * values[row]![d]!, 0),
      outputLimit,
    ),
  );
  return {
    candidates: Int32Array.from(candidates),
    kept: Int32Array.from(kept),
    weights: Int32Array.from(weights, (weight) => weight * 2 ** (2 * f)),
    output: output.map((number) => number * 2 ** (3 * f)),
  };
}

/** Attention that positions received, for each unit that a policy chooses for: a model, its layers, or their heads. */
export interface ScoreBook {
  /** Adds what one head's rows received in an iteration; `observed` are the sums over the prompt's last queries. */
  add(
    unit: number,
    iteration: number,
    positions: Int32Array,
    sums: Float64Array,
    observed?: Float64Array,
  ): void;
  /** Sums of those positions over all iterations, over the last one, over the last queries of the prompt. */
  accumulated(unit: number, positions: Int32Array): Float64Array;
  latest(unit: number, positions: Int32Array): Float64Array;
  observed(unit: number, positions: Int32Array): Float64Array;
  /** Takes what was added since then for good, or back. */
  commit(): void;
  rollback(): void;
}

interface Page {
  accumulated: Float64Array;
  latest: Float64Array;
  latestIteration: number;
  observed: Float64Array;
}

/** An empty book; pages grow with the positions that they are told of. */
export function createScoreBook(): ScoreBook {
  const pages = new Map<number, Page>();
  /** What was there before, newest last. */
  let undo: (() => void)[] = [];
  const emptyPage = (): Page => ({
    ...{ accumulated: new Float64Array(0), latest: new Float64Array(0) },
    ...{ latestIteration: -1, observed: new Float64Array(0) },
  });
  const pageOf = (unit: number): Page => {
    const page = pages.get(unit) ?? emptyPage();
    pages.set(unit, page);
    return page;
  };
  return {
    add: (unit, iteration, positions, sums, observed) => {
      const page = pageOf(unit);
      const length = (positions.at(-1) ?? -1) + 1;
      if (page.latestIteration !== iteration) {
        const { latest, latestIteration } = page;
        undo.push(() => Object.assign(page, { latest, latestIteration }));
        Object.assign(page, { latest: new Float64Array(length), latestIteration: iteration });
      }
      const before = gather(page.accumulated, positions);
      page.accumulated = longEnough(page.accumulated, length);
      page.latest = longEnough(page.latest, length);
      undo.push(() => {
        for (let row = 0; row < positions.length; row++) page.accumulated[positions[row]!] = before[row]!;
      });
      for (let row = 0; row < positions.length; row++) {
        page.accumulated[positions[row]!]! += sums[row]!;
        page.latest[positions[row]!]! += sums[row]!;
      }
      if (observed === undefined) return;
      const observedBefore = page.observed;
      undo.push(() => Object.assign(page, { observed: observedBefore }));
      page.observed = longEnough(page.observed.slice(), length);
      for (let row = 0; row < positions.length; row++) page.observed[positions[row]!]! += observed[row]!;
    },
    accumulated: (unit, positions) => gather(pages.get(unit)?.accumulated, positions),
    latest: (unit, positions) => gather(pages.get(unit)?.latest, positions),
    observed: (unit, positions) => gather(pages.get(unit)?.observed, positions),
    commit: () => {
      undo = [];
    },
    rollback: () => {
      for (const step of undo.reverse()) step();
      undo = [];
    },
  };
}

/** The numbers at those positions, 0 beyond their end. */
function gather(from: Float64Array | undefined, positions: Int32Array): Float64Array {
  const gathered = new Float64Array(positions.length);
  if (from === undefined) return gathered;
  for (let row = 0; row < gathered.length; row++) {
    const position = positions[row]!;
    if (position < from.length) gathered[row] = from[position]!;
  }
  return gathered;
}

/** The numbers with room for `length` of them, zeros at the end. */
function longEnough(numbers: Float64Array, length: number): Float64Array {
  if (numbers.length >= length) return numbers;
  const grown = new Float64Array(Math.max(length, 2 * numbers.length));
  grown.set(numbers);
  return grown;
}

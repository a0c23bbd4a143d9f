import type { Random } from "../../base/random.ts";
import type { HeadFloatOperands } from "../../pruning/head-operands.ts";
import type { A3Parameters } from "./parameters.ts";
import { a3Presets } from "./presets.ts";

/** One query over random keys, on an A3 of random switches. */
export interface A3Case {
  readonly parameters: A3Parameters;
  readonly floats: HeadFloatOperands;
  readonly dimension: number;
}

/** A case with every path: few and many keys, ties, saturation, queries that point away from all keys, any M and T. */
export function drawA3Case(random: Random): A3Case {
  const [{ parameters: base }] = a3Presets as [(typeof a3Presets)[number]];
  const dimension = 1 + random.integer(24);
  const keyCount = 1 + random.integer(48);
  const amplitude = [0.3, 2, 20][random.integer(3)]!;
  // Keys on one side of 0 leave a query on the other without any candidate.
  const shift = [0, 0, 1][random.integer(3)]!;
  const matrix = (rowCount: number, side: number) =>
    Float32Array.from(
      { length: rowCount * dimension },
      () => (2 * random.next() - 1 + 1.5 * side * shift) * amplitude,
    );
  const parameters: A3Parameters = {
    ...base,
    number: { integerBits: 2 + random.integer(3), fractionBits: 2 + random.integer(3) },
    scoreScaling: random.integer(2) === 0 ? "in-query" : "after-dot-product",
    candidateSearch: {
      iterationsPerKeyRatio: [1, 1 / 2, 1 / 8][random.integer(3)]!,
      skipsNegativePops: random.integer(4) > 0,
      fillCycles: 0,
    },
    postScoringPercent: [0, 5, 10, 60][random.integer(4)]!,
    scanWidthCount: 1 + random.integer(20),
  };
  const floats = { query: matrix(1, -1), key: matrix(keyCount, 1), value: matrix(keyCount, 0) };
  return { parameters, floats, dimension };
}

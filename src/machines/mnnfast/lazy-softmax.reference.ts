import type { HeadFloatOperands } from "../../pruning/head-operands.ts";
import { floatAttention } from "../spatten/datapath/float-attention.ts";
import type { MnnfastParameters } from "./parameters.ts";

/** One query by the definition: probabilities of all keys first, then the values of those that are not skipped. */
export function lazySoftmaxReference(
  { chunkKeyCount, zeroSkipping }: Pick<MnnfastParameters, "chunkKeyCount" | "zeroSkipping">,
  floats: HeadFloatOperands,
  dimension: number,
  queryIndex: number,
): { readonly kept: readonly number[]; readonly output: Float64Array } {
  const rows = [...Array(floats.key.length / dimension).keys()];
  const scores = rows.map((row) =>
    floats.query
      .subarray(queryIndex * dimension, (queryIndex + 1) * dimension)
      .reduce(
        (sum, element, d) => sum + (element * floats.key[row * dimension + d]!) / Math.sqrt(dimension),
        0,
      ),
  );
  const sumUpTo = (end: number) => scores.slice(0, end).reduce((sum, score) => sum + Math.exp(score), 0);
  const kept = rows.filter((row) => {
    const chunkEnd = (Math.floor(row / chunkKeyCount) + 1) * chunkKeyCount;
    const sum = sumUpTo(zeroSkipping.mode === "exact" ? rows.length : chunkEnd);
    return zeroSkipping.mode === "off" || Math.exp(scores[row]!) / sum >= zeroSkipping.probabilityThreshold;
  });
  return { kept, output: floatAttention(floats, dimension, queryIndex, kept) };
}

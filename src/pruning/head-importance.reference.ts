import type { HeadOutputShape } from "./head-importance.ts";

/** Importance after one layer, head by head: Algorithm 2's formula as it is written. */
export function headImportanceReference(
  importance: readonly number[],
  headOutputs: readonly number[],
  { queries, dimension }: HeadOutputShape,
): number[] {
  const size = queries * dimension;
  return importance.map((before, head) =>
    headOutputs.slice(head * size, (head + 1) * size).reduce((sum, value) => sum + Math.abs(value), before),
  );
}

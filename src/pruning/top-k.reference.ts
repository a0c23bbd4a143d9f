import type { TopKThreshold } from "./top-k.ts";

/** Positions of the k largest, by a stable sort. */
export function topKIndicesReference(values: readonly number[], k: number): number[] {
  const ranked = values.map((value, index) => ({ value, index }));
  ranked.sort((left, right) => (left.value === right.value ? 0 : left.value > right.value ? -1 : 1));
  return ranked
    .slice(0, k)
    .map((element) => element.index)
    .sort((left, right) => left - right);
}

/** The k-th largest and how many of its equals are among the k largest. */
export function topKThresholdReference(values: readonly number[], k: number): TopKThreshold {
  const kept = topKIndicesReference(values, k).map((index) => values[index]!);
  const threshold = Math.min(Infinity, ...kept);
  return {
    threshold: threshold + 0,
    equalCount: k === 0 ? 0 : kept.filter((value) => value === threshold).length,
  };
}

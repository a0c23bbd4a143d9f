import { requireLength } from "../../base/require.ts";
import { mean } from "../../base/statistics.ts";

/** Pearson's correlation of two lists of numbers; 0 where one of them does not vary. */
export function pearsonCorrelation(left: readonly number[], right: readonly number[]): number {
  requireLength(left.length, right.length, "values");
  const [leftMean, rightMean] = [mean(left), mean(right)];
  let together = 0;
  let leftSquares = 0;
  let rightSquares = 0;
  for (const [row, value] of left.entries()) {
    const [fromLeft, fromRight] = [value - leftMean, right[row]! - rightMean];
    together += fromLeft * fromRight;
    leftSquares += fromLeft ** 2;
    rightSquares += fromRight ** 2;
  }
  const spread = Math.sqrt(leftSquares * rightSquares);
  return spread === 0 ? 0 : together / spread;
}

/** Spearman's correlation: Pearson's of the ranks, equal values sharing their mean rank. */
export function spearmanCorrelation(left: readonly number[], right: readonly number[]): number {
  return pearsonCorrelation(meanRanks(left), meanRanks(right));
}

/** Rank of each value, the smallest 1; equal values share the mean of their ranks. */
export function meanRanks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((left, right) => values[left]! - values[right]!);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (const row of order.slice(start, end)) ranks[row] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

import { keptValues } from "../../pruning/local-value.ts";
import type { AttendedRow, RowAttention } from "./attend-row.ts";

/** One query against rows of a cache, in the words of SpAtten's Algorithm 1: the slow twin of `attendRow`. */
export function attendRowPlainly(work: RowAttention): AttendedRow {
  const { query, dimension, rows, keys, values, keyScales, valueScales } = work;
  const scoresWith = (mask: number): number[] =>
    Array.from(rows, (row) => {
      let sum = 0;
      for (let d = 0; d < dimension; d++) {
        const number = keys[row * dimension + d]!;
        sum += query[d]! * (keyScales === undefined ? number : number & mask);
      }
      return (sum * (keyScales?.[row] ?? 1)) / Math.sqrt(dimension);
    });
  const softmaxOf = (scores: readonly number[]): number[] => {
    const largest = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const sum = exponentials.reduce((total, exponential) => total + exponential, 0);
    return exponentials.map((exponential) => exponential / sum);
  };
  const { progressive } = work;
  let probabilities = softmaxOf(scoresWith(progressive === undefined ? -1 : -1 << progressive.lowBits));
  const maximumProbability = Math.max(...probabilities);
  const refetched = progressive !== undefined && maximumProbability < progressive.threshold;
  if (refetched) probabilities = softmaxOf(scoresWith(-1));
  const output = new Float64Array(dimension);
  const kept = keptValues(probabilities, Math.min(rows.length, work.valueCount));
  for (const index of kept) {
    const row = rows[index]!;
    for (let d = 0; d < dimension; d++) {
      output[d]! += probabilities[index]! * values[row * dimension + d]! * (valueScales?.[row] ?? 1);
    }
  }
  return { probabilities: Float64Array.from(probabilities), output, maximumProbability, refetched, kept };
}

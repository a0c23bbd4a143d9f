import { JavaRandom } from "./java-random.ts";

const SEED = 1;

/**
 * Row indices of the release's *score buffer*, shape (lines, lanes): its bench fills it with synthetic content, so all
 * workloads, dense ones included, fetch the same rows, about half of those that they span (hardware.md 3). Line i is a
 * sorted random half of [0, 2·lanes), plus i·lanes, modulo the rows that a buffer holds.
 */
export function createScoreBuffer(lineCount: number, laneCount: number, maximumRowCount: number): Int32Array {
  const random = new JavaRandom(SEED);
  const indices = new Int32Array(lineCount * laneCount);
  for (let line = 0; line < lineCount; line++) {
    const candidates = Array.from({ length: 2 * laneCount }, (_, index) => index);
    random.shuffle(candidates);
    const chosen = candidates.slice(0, laneCount).sort((left, right) => left - right);
    for (let lane = 0; lane < laneCount; lane++) {
      indices[line * laneCount + lane] = (chosen[lane]! + line * laneCount) % maximumRowCount;
    }
  }
  return indices;
}

import { createRandom } from "../../base/random.ts";
import type { Dataset, Example, Split } from "../datasets/dataset.ts";
import { shuffled } from "./moves.ts";

/** Fewer rows tell a lost one from none, and little else. */
export const LEAST_ROWS = 40;
const GROWTH = 3;

/** The rows of a split in a drawn order, so that the first ones stand for all of them. */
export function drawnRows(split: Split, seed: number, limit: number | undefined): Split {
  return { ...split, rows: shuffled(split.rows, createRandom(seed)).slice(0, limit) };
}

/** The rows that `drawnRows` leaves to the end, in the drawn order, so many at most; nothing where they are too few to tell. */
export function freshRows(
  split: Split,
  seed: number,
  limit: number | undefined,
  mostCount = Number.POSITIVE_INFINITY,
): Split | undefined {
  const left = limit === undefined ? [] : shuffled(split.rows, createRandom(seed)).slice(limit);
  const rows = left.slice(0, mostCount);
  return rows.length < LEAST_ROWS ? undefined : { ...split, rows };
}

/** Rows of each class, drawn, in the order in which they stand; all of them where there is no limit. */
export function drawnOfEachClass(split: Split, seed: number, perClass: number | undefined): Split {
  if (perClass === undefined) return split;
  const counts = new Map<string, number>();
  const kept = new Set<Example>();
  for (const row of shuffled(split.rows, createRandom(seed))) {
    const label = "label" in row ? row.label : "";
    const count = counts.get(label) ?? 0;
    if (count >= perClass) continue;
    counts.set(label, count + 1);
    kept.add(row);
  }
  return { ...split, rows: split.rows.filter((row) => kept.has(row)) };
}

/** The data set with as few train rows of each class as a search had. */
export function withSupport(dataset: Dataset, seed: number, perClass: number | undefined): Dataset {
  return {
    ...dataset,
    readSplit: async (name) => {
      const split = await dataset.readSplit(name);
      return name === "train" ? drawnOfEachClass(split, seed, perClass) : split;
    },
  };
}

/** How many rows each rung of a search looks at: all at the last one, a third of the next at each below. */
export function rungsOf(rowCount: number): number[] {
  const rungs = [rowCount];
  while (rungs[0]! / GROWTH >= LEAST_ROWS) rungs.unshift(Math.round(rungs[0]! / GROWTH));
  return rungs;
}

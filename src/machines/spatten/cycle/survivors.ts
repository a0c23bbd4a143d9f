import { createRandom, type Random } from "../../../base/random.ts";

/** A source of random numbers for one place of a run, so that no draw depends on what was drawn elsewhere. */
export function randomAt(seed: number, ...place: readonly number[]): Random {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const part of place) {
    hash = Math.imul(hash ^ part, 0x01000193) >>> 0;
    hash = (hash ^ (hash >>> 15)) >>> 0;
    hash = Math.imul(hash, 0x2c1b3c6d) >>> 0;
  }
  return createRandom(hash);
}

/** `count` of the rows below `span`, ascending, each choice equally likely: the named distribution `uniform`. */
export function uniformSurvivors(span: number, count: number, random: Random): Int32Array {
  const rows = new Int32Array(count);
  let kept = 0;
  for (let row = 0; kept < count; row++) {
    if (random.next() * (span - row) < count - kept) rows[kept++] = row;
  }
  return rows;
}

/** Rows of one run of the distribution `clustered`. */
const CLUSTER_ROWS = 16;

/** `count` of the rows below `span`, ascending, in runs of 16 whose places are uniform: the distribution `clustered`. */
export function clusteredSurvivors(span: number, count: number, random: Random): Int32Array {
  const clusters = uniformSurvivors(Math.ceil(span / CLUSTER_ROWS), Math.ceil(count / CLUSTER_ROWS), random);
  const rows = new Int32Array(count);
  let kept = 0;
  // The last cluster may be short, and then what is missing comes from the first rows that were left out.
  const isKept = new Uint8Array(span);
  for (const cluster of clusters) {
    for (let row = cluster * CLUSTER_ROWS; row < Math.min(span, (cluster + 1) * CLUSTER_ROWS); row++) {
      if (kept === count) break;
      isKept[row] = 1;
      kept++;
    }
  }
  for (let row = 0; kept < count; row++) {
    if (isKept[row] === 1) continue;
    isKept[row] = 1;
    kept++;
  }
  for (let row = 0, place = 0; row < span; row++) if (isKept[row] === 1) rows[place++] = row;
  return rows;
}

/** The distributions of kept rows by name. */
export const survivorDraws = { uniform: uniformSurvivors, clustered: clusteredSurvivors } as const;

/** `count` of the given rows, in their order. */
export function chooseFrom(rows: Int32Array, count: number, random: Random): Int32Array {
  if (count === rows.length) return rows;
  const places = uniformSurvivors(rows.length, count, random);
  for (let place = 0; place < count; place++) places[place] = rows[places[place]!]!;
  return places;
}

/** Rows 0, 1, 2 … */
export function firstRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}

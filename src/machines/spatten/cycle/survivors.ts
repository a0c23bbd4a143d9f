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

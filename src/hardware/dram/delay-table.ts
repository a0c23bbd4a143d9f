import { ACTIVATE, COMMAND_COUNT, PRECHARGE, READ, WRITE } from "./commands.ts";
import { BANK_GROUP_LEVEL, BANK_LEVEL, CHANNEL_LEVEL, PSEUDO_CHANNEL_LEVEL } from "./compile-device.ts";
import type { EffectiveConstraints } from "./effective-constraints.ts";

/** One effect: after `preceding`, `following` waits in the same node of `level`. */
export interface EffectRow {
  readonly level: number;
  readonly preceding: number;
  readonly following: number;
  readonly cycles: number;
}

// Frequent effects have a place of their own, so that the code that applies them has no loop.
export const BANK_ACT_RD = 0;
export const BANK_ACT_WR = 1;
export const BANK_ACT_PRE = 2;
export const BANK_PRE_ACT = 3;
export const BANK_RD_PRE = 4;
export const GROUP_ACT_ACT = 5;
export const GROUP_RD_RD = 6;
export const LANE_ACT_ACT = 7;
export const LANE_RD_RD = 8;
export const LANE_RD_WR = 9;
export const CHANNEL_ACT_ACT = 10;
export const CHANNEL_ACT_PRE = 11;

/** Level, preceding and following of each place. */
const PLACES: readonly (readonly [number, number, number])[] = [
  [BANK_LEVEL, ACTIVATE, READ],
  [BANK_LEVEL, ACTIVATE, WRITE],
  [BANK_LEVEL, ACTIVATE, PRECHARGE],
  [BANK_LEVEL, PRECHARGE, ACTIVATE],
  [BANK_LEVEL, READ, PRECHARGE],
  [BANK_GROUP_LEVEL, ACTIVATE, ACTIVATE],
  [BANK_GROUP_LEVEL, READ, READ],
  [PSEUDO_CHANNEL_LEVEL, ACTIVATE, ACTIVATE],
  [PSEUDO_CHANNEL_LEVEL, READ, READ],
  [PSEUDO_CHANNEL_LEVEL, READ, WRITE],
  [CHANNEL_LEVEL, ACTIVATE, ACTIVATE],
  [CHANNEL_LEVEL, ACTIVATE, PRECHARGE],
];

/** Effects without a place: those of command c are `start[c]` to `start[c + 1]`. */
export interface OtherEffects {
  readonly start: Int32Array;
  readonly level: Int32Array;
  readonly following: Int32Array;
  readonly cycles: Int32Array;
}

export function flatten({ effects }: Pick<EffectiveConstraints, "effects">): readonly EffectRow[] {
  return effects.flatMap((commands, level) =>
    commands.flatMap((rows, preceding) => rows.map((row) => ({ level, preceding, ...row }))),
  );
}

/** Cycles of each place; 0 where the device has no such effect. */
export function delaysOf(rows: readonly EffectRow[]): Int32Array {
  const delays = new Int32Array(PLACES.length);
  for (const row of rows) {
    const place = placeOf(row);
    if (place >= 0) delays[place] = row.cycles;
  }
  return delays;
}

export function othersOf(rows: readonly EffectRow[]): OtherEffects {
  const others = rows
    .filter((row) => placeOf(row) < 0)
    .sort((left, right) => left.preceding - right.preceding);
  const start = Int32Array.from(
    { length: COMMAND_COUNT + 1 },
    (_, command) => others.filter((row) => row.preceding < command).length,
  );
  return {
    start,
    level: Int32Array.from(others, (row) => row.level),
    following: Int32Array.from(others, (row) => row.following),
    cycles: Int32Array.from(others, (row) => row.cycles),
  };
}

/** The place of an effect, or -1. */
export function placeOf(row: EffectRow): number {
  return PLACES.findIndex(
    ([level, preceding, following]) =>
      level === row.level && preceding === row.preceding && following === row.following,
  );
}

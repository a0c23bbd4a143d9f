// Where what stands in the records of `ReadController`: of a bank sixteen numbers, a cache line; of a read eight; of a
// tick four. V8 folds a constant of the same module and loads an imported one at every use, so the modules that use
// these in every tick repeat them as literals of these types.

export const BANK_SHIFT = 4;
/** Oldest and newest read, oldest hit, oldest miss: places, -1 for nobody. */
export const HEAD = 0;
export const TAIL = 1;
export const HIT = 2;
export const MISS = 3;
/** When the oldest read, hit and miss were accepted. */
export const HEAD_AGE = 4;
export const HIT_AGE = 5;
export const MISS_AGE = 6;
/** The open row, -1 where the bank is closed. */
export const OPEN_ROW = 7;
/** The activated read, when it was accepted, and from when its row can be read. */
export const ACTIVE = 8;
export const ACTIVE_AGE = 9;
export const READABLE = 10;
/** From when the bank can be closed. */
export const CLOSABLE = 11;

export const READ_SHIFT = 3;
export const ROW = 0;
export const TAG = 1;
export const ACCEPTED = 2;
/** Its neighbours in the list of its bank, from old to new. */
export const NEXT = 3;
export const PREVIOUS = 4;

/** Banks whose wait is over in that tick: for an activate, for a precharge, for an activate in their group. */
export const TICK_SHIFT = 2;
export const FOR_ACTIVATE = 0;
export const FOR_PRECHARGE = 1;
export const FOR_GROUP = 2;

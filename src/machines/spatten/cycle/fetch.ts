import type { StreamPlace } from "./layout.ts";

/** The rows of a stream that were asked for so far: shared blocks are dealt out over all of a head's fetches. */
export class StreamReader {
  readonly place: StreamPlace;
  #rows = 0;

  constructor(place: StreamPlace) {
    this.place = place;
  }

  /** Blocks that the next row takes: their sum over n rows is ceil(n × blocksPerRow). */
  nextRowBlocks(): number {
    const { blocksPerRow } = this.place;
    this.#rows++;
    return Math.ceil(this.#rows * blocksPerRow) - Math.ceil((this.#rows - 1) * blocksPerRow);
  }
}

/**
 * Rows on their way, in the order in which they are wanted. The memory issues their blocks; a reader sees how many rows
 * are there, counted without a gap (SpAtten IV-C: the realignment hands on whole rows).
 */
export class Fetch {
  readonly isWrite: boolean;
  readonly rowCount: number;
  /** Rows that are there, from the first on. */
  rowsDone = 0;
  /** Rows may be asked for evenly over so many cycles from a cycle on: what a filter pass lets through. */
  gateStartCycle = 0;
  gateCycles = 0;
  /** Attention output, of which prob·V lets only so many wait. */
  isOutput = false;
  /** The memory's place for it while it is under way. */
  slot = -1;
  readonly #place: StreamPlace;
  readonly #rows: ArrayLike<number>;
  readonly #rowBlocks: Uint16Array;
  readonly #missing: Uint16Array;
  #row = 0;
  #blockInRow = 0;

  constructor(reader: StreamReader, rows: ArrayLike<number>, isWrite = false) {
    this.isWrite = isWrite;
    this.rowCount = rows.length;
    this.#place = reader.place;
    this.#rows = rows;
    this.#rowBlocks = Uint16Array.from({ length: rows.length }, () => reader.nextRowBlocks());
    this.#missing = this.#rowBlocks.slice();
    this.#skipDone();
    this.#skipEmpty();
  }

  get isIssued(): boolean {
    return this.#row === this.rowCount;
  }

  get isDone(): boolean {
    return this.rowsDone === this.rowCount;
  }

  /** Row of the next block. */
  get row(): number {
    return this.#row;
  }

  /** Whether the next block may be asked for in this cycle. */
  canIssue(cycle: number): boolean {
    if (this.#row === this.rowCount || cycle < this.gateStartCycle) return false;
    const elapsed = cycle - this.gateStartCycle;
    return elapsed >= this.gateCycles || this.#row * this.gateCycles < this.rowCount * elapsed;
  }

  get block(): number {
    const { baseBlock, rowBlocks, headOffset } = this.#place;
    return baseBlock + this.#rows[this.#row]! * rowBlocks + headOffset + this.#blockInRow;
  }

  advance(): void {
    if (++this.#blockInRow < this.#rowBlocks[this.#row]!) return;
    this.#blockInRow = 0;
    this.#row++;
    this.#skipEmpty();
  }

  /** A block of the row is there, or was accepted for writing. */
  arrived(row: number): void {
    this.#missing[row]!--;
    this.#skipDone();
  }

  #skipEmpty(): void {
    while (this.#row < this.rowCount && this.#rowBlocks[this.#row] === 0) this.#row++;
  }

  #skipDone(): void {
    while (this.rowsDone < this.rowCount && this.#missing[this.rowsDone] === 0) this.rowsDone++;
  }
}

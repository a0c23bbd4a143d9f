/** What is longer past plays no part: no unit compares with a cycle that lies further back. */
const PAST_CYCLES = 64;
const EMPTY = 1e9;
/** 32-byte blocks from one request's area to the next (hardware.md 2, "Base addresses"). */
const REQUEST_STRIDE_BLOCKS = 0x10000 / 32;

/**
 * A state as a list of numbers, cycles and requests counted from the present ones: two lists are equal if and only if
 * the machine goes on alike, given alike requests.
 */
export class StateWriter {
  readonly numbers: number[] = [];
  private readonly cycle: number;
  private readonly firstRequest: number;

  constructor(cycle: number, request: number) {
    this.cycle = cycle;
    this.firstRequest = request;
  }

  put(...values: readonly (number | boolean)[]): void {
    for (const value of values) this.numbers.push(Number(value));
  }

  /** Cycles of the past, or of what is to come. */
  cycles(...cycles: readonly number[]): void {
    for (const cycle of cycles) this.numbers.push(Math.max(cycle - this.cycle, -PAST_CYCLES));
  }

  /** A cycle that plays a part however long it is past. */
  wholeCycles(cycle: number): void {
    this.numbers.push(cycle - this.cycle);
  }

  /** A request, pass or line; -1 is "empty". */
  request(request: number): void {
    this.numbers.push(request < 0 ? EMPTY : request - this.firstRequest);
  }

  pass(pass: number): void {
    this.numbers.push(pass < 0 ? EMPTY : pass - 2 * this.firstRequest);
  }

  line(line: number): void {
    this.numbers.push(line < 0 ? EMPTY : line - 8 * this.firstRequest);
  }

  block(block: number): void {
    this.numbers.push(block < 0 ? EMPTY : block - this.firstRequest * REQUEST_STRIDE_BLOCKS);
  }
}

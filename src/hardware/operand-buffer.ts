import type * as z from "zod/mini";
import { SpattenError } from "../base/errors.ts";
import { requireInteger } from "../base/require.ts";
import { parseWith } from "../base/schema.ts";
import { handshakeFault } from "./handshake.ts";
import {
  capacityLines,
  type OperandBufferParameters,
  operandBufferParametersSchema,
} from "./operand-layout.ts";
import { createCounters } from "./unit-counters.ts";

/** A matrix in the buffer: its first line, and how far it has been written and read. */
export interface Allocation {
  readonly firstLine: number;
  readonly lineCount: number;
  /** Lines that can be read in this cycle: written in an earlier one. */
  readonly writtenLines: number;
  readonly isReleased: boolean;
}

type MutableAllocation = { -readonly [Key in keyof Allocation]: Allocation[Key] } & { incomingLines: number };

/**
 * The K or the V SRAM as a ring of lines (SpAtten section IV-C): matrices are allocated one behind the other, written
 * while others are read, and freed in the order of their allocation, a released one waiting for those before it.
 *
 * All sees the state at the start of the cycle: what is written can be read, and what is freed allocated, in the next one.
 */
export class OperandBuffer {
  readonly parameters: OperandBufferParameters;
  readonly capacityLines: number;
  readonly counters = createCounters(
    ["allocations", "lineWrites", "lineReads", "highestLines"] as const,
    ["full", "idle"] as const,
  );
  readonly #live: MutableAllocation[] = [];
  #usedLines = 0;
  #tail = 0;
  #incoming: MutableAllocation | undefined;
  #wasRefused = false;

  /** @throws SpattenError `config` for a parameter out of range or an SRAM without a whole line. */
  constructor(parameters: z.input<typeof operandBufferParametersSchema> = {}) {
    this.parameters = parseWith(operandBufferParametersSchema, parameters, { what: "operand buffer" });
    this.capacityLines = capacityLines(this.parameters);
    if (this.capacityLines >= 1) return;
    const { sramBytes, lineElements, elementBits } = this.parameters;
    throw new SpattenError("config", "the operand buffer holds no whole line", {
      where: "sramBytes",
      got: String(sramBytes),
      expected: `at least ${Math.ceil((lineElements * elementBits) / 8)}`,
    });
  }

  /** Lines in use at the start of this cycle. */
  get usedLines(): number {
    return this.#usedLines;
  }

  /**
   * Room for a matrix, or undefined where there is none in this cycle; one allocation a cycle.
   * @throws SpattenError `workload` for a matrix that the empty buffer could not hold.
   */
  allocate(lineCount: number): Allocation | undefined {
    requireInteger(lineCount, "lines", 1);
    if (lineCount > this.capacityLines) {
      throw new SpattenError("workload", "a matrix is larger than the operand buffer", {
        where: "sramBytes",
        got: `${lineCount} lines`,
        expected: `at most ${this.capacityLines}`,
        hint: "tile its rows",
      });
    }
    if (this.#incoming !== undefined) throw handshakeFault("two allocations in a cycle");
    const hasRoom = this.#usedLines + lineCount <= this.capacityLines;
    if (!hasRoom || this.#live.length >= this.parameters.maximumAllocationCount) {
      this.#wasRefused = true;
      return undefined;
    }
    const firstLine = this.#tail;
    this.#incoming = { firstLine, lineCount, writtenLines: 0, isReleased: false, incomingLines: 0 };
    return this.#incoming;
  }

  /** Writes the next lines of a matrix. */
  write(allocation: Allocation, lineCount: number): void {
    const own = this.#own(allocation);
    if (own.writtenLines + own.incomingLines + lineCount > own.lineCount)
      throw handshakeFault("a write past a matrix");
    own.incomingLines += lineCount;
    this.counters.events.lineWrites += lineCount;
  }

  /** Reads a line, counted from the matrix's first. */
  read(allocation: Allocation, line: number): void {
    if (line >= this.#own(allocation).writtenLines)
      throw handshakeFault("a line was read before it was written");
    this.counters.events.lineReads++;
  }

  /** The matrix is not needed any more. */
  release(allocation: Allocation): void {
    this.#own(allocation).isReleased = true;
  }

  /** The clock edge. */
  endCycle(): void {
    const { counters } = this;
    if (this.#wasRefused) counters.stallCycles.full++;
    else if (this.#live.length > 0 || this.#incoming !== undefined) counters.busyCycles++;
    else counters.stallCycles.idle++;
    this.#wasRefused = false;
    for (const allocation of this.#live) {
      allocation.writtenLines += allocation.incomingLines;
      allocation.incomingLines = 0;
    }
    while (this.#live[0]?.isReleased === true) this.#usedLines -= this.#live.shift()!.lineCount;
    if (this.#incoming === undefined) return;
    const { lineCount } = this.#incoming;
    this.#live.push(this.#incoming);
    this.#usedLines += lineCount;
    this.#tail = (this.#tail + lineCount) % this.capacityLines;
    this.#incoming = undefined;
    counters.events.allocations++;
    counters.events.highestLines = Math.max(counters.events.highestLines, this.#usedLines);
  }

  #own(allocation: Allocation): MutableAllocation {
    const own = this.#live.find((candidate) => candidate === allocation);
    if (own === undefined) throw handshakeFault("a matrix that is not in the buffer");
    return own;
  }
}

import type * as z from "zod/mini";
import { SpattenError } from "../base/errors.ts";
import { requireInteger } from "../base/require.ts";
import { parseWith } from "../base/schema.ts";
import { type SoftmaxParameters, softmaxParametersSchema } from "./softmax-parameters.ts";
import { createCounters } from "./unit-counters.ts";

/** When one query's lines pass the softmax; cycles count from the first one of the run. */
export interface SoftmaxPassage {
  readonly firstInCycle: number;
  readonly lastInCycle: number;
  /** Its probabilities leave from here on, a line a cycle or slower. */
  readonly firstOutCycle: number;
  readonly lastOutCycle: number;
}

/**
 * The time of the softmax pipeline, line by line and from event to event (SpAtten Fig. 12): dequantize and exponential,
 * then the FIFO, in which a query's lines wait until all of them are added up, then divide and quantize.
 *
 * The front holds when the FIFO is full; the back never waits. A query may enter while the one before leaves.
 */
export class SoftmaxTiming {
  readonly parameters: SoftmaxParameters;
  readonly counters = createCounters(["queries", "lines"] as const, ["starved", "fifoFull"] as const);
  /** Cycles in which the last `frontCycles` lines entered the FIFO, and the last `fifoDepthLines` left it. */
  readonly #pushes: Float64Array;
  readonly #pops: Float64Array;
  readonly #frontCycles: number;
  #lines = 0;
  #lastIn = -1;
  #lastPush = -1;
  #lastPop = -1;

  /** @throws SpattenError `config` for a parameter out of range. */
  constructor(parameters: z.input<typeof softmaxParametersSchema> = {}) {
    this.parameters = parseWith(softmaxParametersSchema, parameters, { what: "softmax" });
    this.#frontCycles = this.parameters.dequantizeCycles + this.parameters.exponentialCycles;
    this.#pushes = new Float64Array(Math.max(1, this.#frontCycles)).fill(-Infinity);
    this.#pops = new Float64Array(this.parameters.fifoDepthLines).fill(-Infinity);
  }

  /** Lines of so many scores. */
  linesOf(scoreCount: number): number {
    return Math.ceil(scoreCount / this.parameters.parallelism);
  }

  /**
   * Passes one query whose lines are ready from these cycles on, each not before the last.
   * @throws SpattenError `workload` for more lines than the FIFO holds: their sum would never be complete.
   */
  admit(readyCycles: ArrayLike<number>): SoftmaxPassage {
    const { fifoDepthLines, parallelism, accumulateCycles, divideCycles, quantizeCycles } = this.parameters;
    const lineCount = readyCycles.length;
    requireInteger(lineCount, "lines of a query", 1);
    if (lineCount > fifoDepthLines) {
      throw new SpattenError("workload", "a query has more scores than the softmax FIFO holds", {
        where: "fifoDepthLines",
        got: `${lineCount} lines`,
        expected: `at most ${fifoDepthLines}, which is ${fifoDepthLines * parallelism} scores`,
      });
    }
    let firstInCycle = 0;
    for (let line = 0; line < lineCount; line++) {
      this.#enter(readyCycles[line]!);
      if (line === 0) firstInCycle = this.#lastIn;
    }
    // The sum is there so long after the last line's exponentials; a pushed line can be popped in the next cycle.
    const sumCycle = this.#lastPush + Math.max(1, accumulateCycles);
    const backCycles = divideCycles + quantizeCycles;
    const firstPop = Math.max(sumCycle, this.#lastPop + 1);
    for (let line = 0; line < lineCount; line++) {
      const place = (this.#lines - lineCount + line) % fifoDepthLines;
      this.#pops[place] = firstPop + line;
    }
    this.#lastPop = firstPop + lineCount - 1;
    this.counters.events.queries++;
    return {
      firstInCycle,
      lastInCycle: this.#lastIn,
      firstOutCycle: firstPop + backCycles,
      lastOutCycle: this.#lastPop + backCycles,
    };
  }

  /** The next line enters the front as soon as it is ready and there is room, and moves on to the FIFO. */
  #enter(readyCycle: number): void {
    const { counters } = this;
    const front = this.#frontCycles;
    const fifoPlace = this.#lines % this.parameters.fifoDepthLines;
    const frontPlace = this.#lines % this.#pushes.length;
    const earliest = this.#lastIn + 1;
    // Without registers in front a line waits for the FIFO itself.
    const roomInFront = front > 0 ? this.#pushes[frontPlace]! : this.#pops[fifoPlace]! + 1;
    const inCycle = Math.max(readyCycle, earliest, roomInFront);
    const push = Math.max(inCycle + front, this.#lastPush + 1, this.#pops[fifoPlace]! + 1);
    const starved = Math.max(0, readyCycle - earliest);
    counters.stallCycles.starved += starved;
    counters.stallCycles.fifoFull += inCycle - earliest - starved;
    counters.busyCycles++;
    counters.events.lines++;
    this.#pushes[frontPlace] = push;
    this.#lastIn = inCycle;
    this.#lastPush = push;
    this.#lines++;
  }
}

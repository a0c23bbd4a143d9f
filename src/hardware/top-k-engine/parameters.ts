import * as z from "zod/mini";
import { countUpTo, latencyCycles } from "../parameter-ranges.ts";

/**
 * A top-k engine (SpAtten section IV-B, Fig. 9, Table I): 16 comparators in each of two arrays, FIFO_L and FIFO_R of 64
 * lines. Overheads are those of the official latency model, ceil(n / 16) + 3 a pass: the zero eliminator in the loop.
 */
export const topKEngineParametersSchema = z.strictObject({
  /** P: items compared a cycle, and items of a FIFO line. */
  comparatorCountPerArray: z._default(countUpTo(4096), 16),
  /** Lines of FIFO_L, of FIFO_R, and of the input buffer that is streamed again at the end. */
  fifoDepthLines: z._default(countUpTo(1 << 16), 64),
  /** Registers of the zero eliminators: prefix sum and shifter. */
  zeroEliminatorCycles: z._default(latencyCycles(), 2),
  /** Turning a packed line to the FIFO's banks. */
  realignCycles: z._default(latencyCycles(), 1),
  /** What a top-k that keeps everything, or nothing, takes (official `bert.cpp`). */
  skippedCycles: z._default(latencyCycles(), 1),
});

export type TopKEngineParameters = z.infer<typeof topKEngineParametersSchema>;

/** Items that the FIFOs, and the input buffer, hold. */
export function topKCapacityItems(parameters: TopKEngineParameters): number {
  return parameters.comparatorCountPerArray * parameters.fifoDepthLines;
}

/** Cycles of each pass beside its lines: until the last line's survivors can be read from their FIFO. */
export function passOverheadCycles(parameters: TopKEngineParameters): number {
  return parameters.zeroEliminatorCycles + parameters.realignCycles;
}

/** Cycles of a pass over so many items. */
export function passCycles(parameters: TopKEngineParameters, itemCount: number): number {
  return Math.ceil(itemCount / parameters.comparatorCountPerArray) + passOverheadCycles(parameters);
}

import * as z from "zod/mini";
import { countUpTo, latencyCycles } from "./parameter-ranges.ts";

/**
 * The softmax pipeline (SpAtten section IV-D, Fig. 12, Table I: parallelism 8, FIFO of 128). The paper prints no latency;
 * those here are the official `bert.cpp`'s.
 */
export const softmaxParametersSchema = z.strictObject({
  parallelism: z._default(countUpTo(4096), 8),
  /** Lines of exponentials that wait for the sum of their query. */
  fifoDepthLines: z._default(countUpTo(1 << 16), 128),
  dequantizeCycles: z._default(latencyCycles(), 7),
  exponentialCycles: z._default(latencyCycles(), 21),
  accumulateCycles: z._default(latencyCycles(), 23),
  divideCycles: z._default(latencyCycles(), 29),
  quantizeCycles: z._default(latencyCycles(), 7),
  /** Bits of a probability as an operand of prob·V: signed, so 1 is 2^(bits - 1) - 1 (assumption; the paper says 12). */
  probabilityBits: z._default(z.int().check(z.gte(2), z.lte(16)), 12),
  /** Fig. 12 has no maximum before the exponential; with it, every score is first made at most 0. */
  subtractsMaximum: z._default(z.boolean(), false),
});

export type SoftmaxParameters = z.infer<typeof softmaxParametersSchema>;

/** Cycles from a query's last score to its first probability, beside the FIFO. */
export function softmaxLatencyCycles(parameters: SoftmaxParameters): number {
  const { dequantizeCycles, exponentialCycles, accumulateCycles, divideCycles, quantizeCycles } = parameters;
  return dequantizeCycles + exponentialCycles + accumulateCycles + divideCycles + quantizeCycles;
}

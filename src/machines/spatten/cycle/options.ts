import type { RunObserver } from "../../run-observer.ts";
import type { SpattenParameters } from "../parameters.ts";

/** What a test or a counterfactual may change about a cycle run; a user gets the defaults. */
export interface CycleOptions {
  /** Of pivots and survivors. Default 0. */
  readonly seed?: number;
  readonly observer?: RunObserver | undefined;
  /** One access a cycle and channel after this latency, instead of the DRAM device. */
  readonly idealDramLatencyCycles?: number;
  /** Skip cycles in which nothing happens. Default true; the results are the same. */
  readonly jumps?: boolean;
  /** Order in which the units are evaluated, a permutation of 0 to 6; the results are the same. */
  readonly evaluationOrder?: readonly number[];
}

/**
 * Queries that may be on their way before Q·K begins them: as many as half the fetcher's data FIFOs hold (Table I: 32 of
 * 64 × 16 B). An assumption: the paper gives Q registers only, and does not say how far ahead they are asked for.
 */
export function queryLookahead({ fetcher, datapathBits }: SpattenParameters, headDimension: number): number {
  const bytes = fetcher.portCount * fetcher.fifoDepth * DATA_FIFO_LINE_BYTES;
  return Math.max(1, Math.floor(bytes / 2 / ((headDimension * datapathBits) / 8)));
}
const DATA_FIFO_LINE_BYTES = 16;
/** Of these, the ones that are asked for before K and V that are loaded ahead. */
export const URGENT_QUERIES = 8;
/** Lanes, crossbar, realignment and SRAM write between a channel and a multiplier: about 20 in the official RTL. */
export const FETCH_PATH_CYCLES = 20;

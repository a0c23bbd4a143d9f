import type { AttentionJob } from "./attention-workload.ts";

/** Width of the data path, and so of an operand that nothing quantizes (SpAtten, Table I). */
export const DATAPATH_BITS = 12;

/** Counts and widths of a head that works on everything. */
export function denseHead(
  queryCount: number,
  keyCount: number,
): Omit<AttentionJob, "kind" | "iteration" | "layer" | "head" | "keyValueHead"> {
  return {
    queryCount,
    keyCount,
    valueCount: keyCount,
    valuesPerQuery: keyCount,
    queryBits: DATAPATH_BITS,
    keyBits: DATAPATH_BITS,
    keyLsbBits: 0,
    valueBits: DATAPATH_BITS,
    refetchedQueries: [],
    topK: [],
  };
}

import type { CascadeTopK } from "../decisions.ts";

/** What one query head of one layer read in one iteration. */
export interface DecoderHeadDecision {
  readonly head: number;
  readonly keyValueHead: number;
  /** Positions whose keys were read, ascending; shared between heads that read the same. */
  readonly keyPositions: Int32Array;
  /** Values that each query multiplied. */
  readonly valuesPerQuery: readonly number[];
  /** Rows of V that any query multiplied. */
  readonly valueRowCount: number;
  /** Queries that were computed again with the low bits of K, counted from 0. */
  readonly refetchedQueries: readonly number[];
  /** Largest probability of each query, with the high bits of K alone where the plan is progressive. */
  readonly maximumProbability: readonly number[];
}

/** What one layer did in one iteration. */
export interface DecoderLayerDecision {
  readonly layer: number;
  readonly heads: readonly DecoderHeadDecision[];
  /** Attention that each row received of the query heads of one key and value head: (rows that it read), by head. */
  readonly keyImportance: readonly Float64Array[];
  /** The top-k of each key and value head that chose its rows beforehand; one for all where they share the choice. */
  readonly tokenTopK: readonly CascadeTopK[];
  readonly headTopK?: CascadeTopK | undefined;
  /** Rows that the key and value heads hold in all, when the layer is done. */
  readonly heldRowCount: number;
}

/** One iteration of a sequence: the prompt, or a token behind it. */
export interface IterationDecisions {
  readonly iteration: number;
  /** Position of the first token of this iteration. */
  readonly firstPosition: number;
  readonly ids: readonly number[];
  readonly layers: readonly DecoderLayerDecision[];
}

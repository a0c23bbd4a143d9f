import type { Checkpoint } from "../../base/checkpoint.ts";

/** Rows that enter a layer's attention, before any position turns them. */
export interface LayerRows {
  /** What the residual adds to: (rows, hidden). */
  readonly hidden: Float32Array;
  /** (rows, heads · dimension) */
  readonly query: Float32Array;
  /** (rows, key and value heads · dimension), as are the values. */
  readonly key: Float32Array;
  readonly value: Float32Array;
}

/** What a call of an engine takes besides its numbers. */
export interface KernelCall {
  readonly checkpoint: Checkpoint;
  readonly signal?: AbortSignal | undefined;
}

/** Keys and values of a layer: (key and value heads, capacity, dimension); keys are turned by their positions. */
export interface LayerTensors {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/** What a layer reads of its cache. */
export interface LayerReading {
  readonly capacity: number;
  /** Added to scores, 0 for a row that is read and else far below any score: (1 or key and value heads, capacity). */
  readonly bias: Float32Array;
}

/** A layer's cache on loan to an engine, which gives it back when the call is over, whatever became of it, or keeps it. */
export interface LayerLoan extends LayerReading, LayerTensors {
  giveBack(keys: Float32Array, values: Float32Array): void;
}

/** A layer's cache that an engine kept, and what has become of it since. */
export interface LayerAgain extends LayerReading {
  readonly edits: LayerEdits;
}

/** Rows of (key and value heads · capacity) that become others, one after the other. */
export interface LayerEdits {
  /** Row that is written: (edits). */
  readonly to: Int32Array;
  /** Row that is copied there, or below 0 the new row −1 − from: (edits). */
  readonly from: Int32Array;
  /** New rows: (new rows, dimension). */
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/** A cache that an engine kept. */
export interface KeptCache {
  /** By layer; the engine keeps nothing of it. Rejects where it is lost. */
  takeBack(): Promise<readonly LayerTensors[]>;
}

/** New tokens of one sequence, and what its layers hold. */
export interface WholeRows {
  readonly ids: Int32Array;
  readonly positions: Int32Array;
  /** Lends the cache of each layer, wherever it is; called once, when the engine is ready. */
  lend(): Promise<readonly LayerLoan[]>;
  /** What an engine kept of an earlier call; the same one may go on with it in place of a loan. */
  readonly kept: KeptCache | undefined;
  again(): readonly LayerAgain[];
  /** Whether the engine may keep what it has instead of giving it back, and how it says so, whatever became of the call. */
  readonly mayKeep: boolean;
  keep(cache: KeptCache): void;
  /** How many of these rows, the last ones, are summed apart. */
  readonly observedCount: number;
  /** Whether probabilities are summed over all heads together. */
  readonly sumsHeads: boolean;
}

/** What became of such tokens; each reads what the biases leave, the new ones before it, and itself. */
export interface WholeResult {
  /** Normalised: (rows, hidden). */
  readonly states: Float32Array;
  /** Of the new rows, turned: (rows, layers · key and value heads · dimension). */
  readonly keys: Float32Array;
  readonly values: Float32Array;
  readonly layers: readonly WholeLayer[];
}

export interface WholeLayer {
  /**
   * Probabilities summed over the query heads of a group, or over all, and over rows, all and those that are summed apart:
   * (key and value heads or 1, 1 or 2, capacity + rows).
   */
  readonly sums: Float32Array;
  /** (heads, rows) */
  readonly maximumProbabilities: Float32Array;
  /** Sum of |E|: (heads). */
  readonly outputSums: Float32Array;
}

/**
 * All of a decoder but its attention, which is done over a cache in host memory, the same for every engine. Rows may be of
 * several sequences. An engine may also do an iteration of one sequence as a whole.
 */
export interface DecoderKernels {
  /** Embeds tokens at their positions and projects what the first layer's attention needs. */
  embed(ids: Int32Array, positions: Int32Array, call: KernelCall): Promise<LayerRows>;
  /** Ends `layer`, whose heads gave `context` (rows, heads · dimension), and projects what the next layer needs. */
  advance(layer: number, hidden: Float32Array, context: Float32Array, call: KernelCall): Promise<LayerRows>;
  /** Ends the last layer: its normalised states (rows, hidden). */
  finish(hidden: Float32Array, context: Float32Array, call: KernelCall): Promise<Float32Array>;
  /** All layers of one sequence, over float32 caches that it is lent. */
  whole?(rows: WholeRows, call: KernelCall): Promise<WholeResult>;
  /** (rows, vocabulary) of such states. */
  logits(states: Float32Array, call: KernelCall): Promise<Float32Array>;
  /** Lets go of what the engine holds; every other call then throws `usage`. */
  close(): Promise<void>;
}

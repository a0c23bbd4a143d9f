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

/**
 * All of a decoder but its attention, which is done over a cache in host memory, the same for every engine. Rows may be of
 * several sequences.
 */
export interface DecoderKernels {
  /** Embeds tokens at their positions and projects what the first layer's attention needs. */
  embed(ids: Int32Array, positions: Int32Array, call: KernelCall): Promise<LayerRows>;
  /** Ends `layer`, whose heads gave `context` (rows, heads · dimension), and projects what the next layer needs. */
  advance(layer: number, hidden: Float32Array, context: Float32Array, call: KernelCall): Promise<LayerRows>;
  /** Ends the last layer: its normalised states (rows, hidden). */
  finish(hidden: Float32Array, context: Float32Array, call: KernelCall): Promise<Float32Array>;
  /** (rows, vocabulary) of such states. */
  logits(states: Float32Array, call: KernelCall): Promise<Float32Array>;
  /** Lets go of what the engine holds; every other call then throws `usage`. */
  close(): Promise<void>;
}

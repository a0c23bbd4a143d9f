import { SpattenError } from "./errors.ts";

/**
 * Called by a long computation between small pieces of work. Returns nothing when it is not yet time to rest, or a
 * promise to await; rejects with code `aborted` when the caller gave up. The clock behind it belongs to the edges.
 */
export type Checkpoint = () => Promise<void> | undefined;

/** Never rests: for short computations and tests. */
export const neverRest: Checkpoint = () => undefined;

/** How far a long call has come. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** What every long library call takes. */
export interface LongCallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The error of a computation that its caller stopped. */
export function abortedError(): SpattenError {
  return new SpattenError("aborted", "stopped before the end");
}

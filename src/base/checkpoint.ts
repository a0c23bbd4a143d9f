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

/** A long computation as a generator: it yields wherever it could rest, says how far it is, and returns its result. */
export type Steps<Result> = Generator<Progress, Result, void>;

/** The result of a computation, without a rest. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The result of a computation that rests when the checkpoint says so. @throws SpattenError `aborted`. */
export async function finishWithRests<Result>(
  steps: Steps<Result>,
  checkpoint: Checkpoint,
  onProgress?: (progress: Progress) => void,
): Promise<Result> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      onProgress?.(step.value);
      const rest = checkpoint();
      if (rest !== undefined) await rest;
    }
  } finally {
    // Stopped half-way, it may still hold a file open. After its end this does nothing.
    steps.return(undefined as never);
  }
}

/** A part's steps, each reported as how far the whole is. */
export function* restingAt<Result>(steps: Steps<Result>, progress: Progress): Steps<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    yield progress;
  }
}

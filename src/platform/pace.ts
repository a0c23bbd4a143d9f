import { abortedError, type Checkpoint } from "../base/checkpoint.ts";

const REST_EVERY_MILLISECONDS = 50;

/** A checkpoint that lets timers and signals in every 50 ms, and rejects once the signal is aborted. */
export function createCheckpoint(signal?: AbortSignal): Checkpoint {
  let restedAt = performance.now();
  return () => {
    if (signal?.aborted === true) return Promise.reject(abortedError());
    if (performance.now() - restedAt < REST_EVERY_MILLISECONDS) return undefined;
    return new Promise((resolve, reject) => {
      // A timer, not a microtask: pending signals are delivered between timers.
      setTimeout(() => {
        restedAt = performance.now();
        if (signal?.aborted === true) reject(abortedError());
        else resolve();
      }, 0);
    });
  };
}

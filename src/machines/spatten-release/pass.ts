import type { ReleaseRequests } from "./requests.ts";

/**
 * What travels through the registers is packed in integers, -1 for "empty". A *pass* is one trip of a head through the
 * fetch of K and Q·K: the first, or the redo with its low bits. A *line* is a pass with marks for the first and last line
 * of its stream (hardware.md 4).
 */
export const passOf = (request: number, isRedo: boolean): number => request * 2 + (isRedo ? 1 : 0);
export const requestOfPass = (pass: number): number => pass >>> 1;
export const isRedoPass = (pass: number): boolean => (pass & 1) === 1;

/**
 * Requests that hold room in a buffer, or wait for their redo, are among the last so many that were taken: at most 16
 * allocations of two heads, and those in the FIFO of verdicts.
 */
export const LIVE_REQUESTS = 256;
/** Where a request's entry is in a ring of them. */
export const liveIndexOf = (request: number): number => request & (LIVE_REQUESTS - 1);

const FIRST = 1;
const LAST = 2;

export const lineOf = (pass: number, isFirst: boolean, isLast: boolean): number =>
  pass * 4 + (isFirst ? FIRST : 0) + (isLast ? LAST : 0);
export const passOfLine = (line: number): number => line >>> 2;
export const requestOfLine = (line: number): number => line >>> 3;
export const isFirstLine = (line: number): boolean => (line & FIRST) !== 0;
export const isLastLine = (line: number): boolean => (line & LAST) !== 0;

/** Whether the scores of this pass are thrown away and computed again. */
export function isToBeRedone(pass: number, requests: ReleaseRequests): boolean {
  return !isRedoPass(pass) && requests.isRedone[requestOfPass(pass)] === 1;
}

/** Whether the rows of this pass were fetched by the first head of its pair. */
export function usesFetchOfOther(pass: number, requests: ReleaseRequests): boolean {
  return !isRedoPass(pass) && requests.keyPart[requestOfPass(pass)] === 1;
}

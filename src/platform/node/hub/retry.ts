import { setTimeout as waitFor } from "node:timers/promises";
import { abortedError } from "../../../base/checkpoint.ts";
import { isSpattenError, type SpattenError } from "../../../base/errors.ts";
import { connectionError, isPassing, statusError } from "./hub-errors.ts";
import { guardAgainstStalls, type StallGuard } from "./hub-request.ts";
import type { HubPatience } from "./settings.ts";

/** How one attempt ended: with a value, or with an error that may be gone a moment later. */
export type Attempt<Value> =
  | { readonly kind: "done"; readonly value: Value }
  | {
      readonly kind: "again";
      readonly error: SpattenError;
      readonly waitMilliseconds?: number | undefined;
      /** The attempt brought bytes that none before it had brought. */
      readonly hasAdvanced?: boolean;
    };

export interface RetryOptions {
  readonly patience: HubPatience;
  /** For messages. */
  readonly address: string;
  readonly signal: AbortSignal | undefined;
  /** Rests, and rejects when the signal fires; given by tests. */
  readonly wait?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * Attempts until one succeeds, with waits that double or that the hub asks for.
 * @throws SpattenError the last attempt's, or `aborted`.
 */
export async function retry<Value>(
  attempt: (guard: StallGuard) => Promise<Attempt<Value>>,
  { patience, address, signal, wait = restFor }: RetryOptions,
): Promise<Value> {
  let fruitlessCount = 0;
  for (;;) {
    const outcome = await guarded(attempt, { patience, address, signal });
    if (outcome.kind === "done") return outcome.value;
    fruitlessCount = outcome.hasAdvanced === true ? 1 : fruitlessCount + 1;
    const ownWait = patience.firstWaitMilliseconds * 2 ** (fruitlessCount - 1);
    const milliseconds = outcome.waitMilliseconds ?? ownWait;
    if (fruitlessCount >= patience.attemptCount || milliseconds > patience.longestWaitMilliseconds) {
      throw outcome.error;
    }
    await wait(milliseconds, signal).catch(() => {
      throw abortedError();
    });
  }
}

function restFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return waitFor(milliseconds, undefined, signal === undefined ? {} : { signal });
}

async function guarded<Value>(
  attempt: (guard: StallGuard) => Promise<Attempt<Value>>,
  { patience, address, signal }: RetryOptions,
): Promise<Attempt<Value>> {
  const guard = guardAgainstStalls(patience.stallMilliseconds, signal);
  try {
    return await attempt(guard);
  } catch (error) {
    if (signal?.aborted === true) throw abortedError();
    if (isSpattenError(error)) throw error;
    return { kind: "again", error: connectionError(error, address) };
  } finally {
    guard.stop();
  }
}

/** The attempt that an unsuccessful answer makes. @throws SpattenError for an answer that waiting does not change. */
export function attemptOfStatus(response: Response, address: string): Attempt<never> {
  const error = statusError(response.status, address);
  if (!isPassing(response.status)) throw error;
  return { kind: "again", error, waitMilliseconds: retryAfter(response.headers) };
}

/** Milliseconds of a Retry-After in seconds, or as a date by the answer's own clock. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const milliseconds = Date.parse(value) - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(milliseconds) ? undefined : Math.max(milliseconds, 0);
}

import { isSpattenError, SpattenError } from "../../../base/errors.ts";
import { outputFileError } from "../file-errors.ts";

const TOKEN_HINT =
  "is the name right? A private or gated model needs HF_TOKEN, and its terms accepted on the hub";
const NETWORK_HINT = "HF_HUB_OFFLINE=1 uses what is cached; HF_ENDPOINT names another server";

/** What an answer that is neither success nor redirect means. */
export function statusError(status: number, where: string): SpattenError {
  const got = `HTTP status ${status}`;
  if (status === 401 || status === 403) {
    return new SpattenError("missing-model", "the hub refuses access", { where, got, hint: TOKEN_HINT });
  }
  if (status === 404 || status === 410) {
    return new SpattenError("missing-model", "the hub has no such model, revision or file", {
      where,
      got,
      hint: TOKEN_HINT,
    });
  }
  if (status === 429) {
    const hint = "wait, or set HF_TOKEN for a higher limit";
    return new SpattenError("network", "the hub has had too many requests", { where, got, hint });
  }
  return new SpattenError("network", "the hub failed", { where, got, hint: "try again later" });
}

/** True for an answer that may be another one a moment later. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** No answer, or an answer that broke off. */
export function connectionError(error: unknown, where: string): SpattenError {
  if (isSpattenError(error)) return error;
  return new SpattenError(
    "network",
    "the connection to the hub failed",
    { where, got: reasonOf(error), hint: NETWORK_HINT },
    error,
  );
}

/** The innermost reason: `fetch` wraps what the system said, and several addresses make it a list. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}

/** An answer that breaks the hub's own rules. */
export function answerError(what: string, where: string, got: string, expected: string): SpattenError {
  return new SpattenError("network", what, { where, got, expected, hint: "is HF_ENDPOINT a model hub?" });
}

const WRONG_CONTENT = "the download is not what the hub announced";

/** A content with another hash or length than was announced. */
export function wrongContent(where: string, got: string, expected: string): SpattenError {
  return new SpattenError("network", WRONG_CONTENT, { where, got, expected, hint: "try again" });
}

/** True for that error: what was fetched is of no use. */
export function isWrongContent(error: unknown): boolean {
  return isSpattenError(error) && error.message.includes(WRONG_CONTENT);
}

/** A cache that cannot be written, full ones too; anything but a file error comes back as it is. */
export function cacheError(error: unknown, where: string): unknown {
  const typed = outputFileError(error, where);
  if (!isSpattenError(typed) || typed === error) return typed;
  const what = typed.message.slice(`${where}: `.length);
  return new SpattenError("output", what, { where, hint: "HF_HUB_CACHE names another cache folder" }, error);
}

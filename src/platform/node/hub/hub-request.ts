import { abortedError } from "../../../base/checkpoint.ts";
import { answerError } from "./hub-errors.ts";

const MAXIMUM_REDIRECTS = 8;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export interface HubRequest {
  readonly method: "HEAD" | "GET";
  readonly address: string;
  /** Sent to the host of the address alone. */
  readonly token: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface HubAnswer {
  readonly response: Response;
  /** Headers of every answer on the way, the last one first: the hub tells about a file where it redirects. */
  readonly trail: readonly Headers[];
}

/**
 * Asks, and follows redirects: the token stays with the first host, and a HEAD stays there as a whole, since what it
 * asks for is told before the redirect. @throws SpattenError `network` for a bad redirect; errors of `fetch` as they are.
 */
export async function requestHub(request: HubRequest): Promise<HubAnswer> {
  const { method, address, token, signal } = request;
  const home = new URL(address);
  const trail: Headers[] = [];
  let url = home;
  for (let hop = 0; hop <= MAXIMUM_REDIRECTS; hop++) {
    const headers = new Headers({
      "accept-encoding": "identity",
      "user-agent": "spatten",
      ...request.headers,
    });
    if (token !== undefined && url.origin === home.origin) headers.set("authorization", `Bearer ${token}`);
    const response = await fetch(url, { method, headers, redirect: "manual", signal });
    trail.unshift(response.headers);
    const location = response.headers.get("location");
    if (!REDIRECTS.includes(response.status) || location === null) return { response, trail };
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (method === "HEAD" && next !== undefined && next.origin !== home.origin) return { response, trail };
    await response.body?.cancel();
    url = checkRedirect(url, next, location);
  }
  throw answerError("the hub redirects in a circle", address, `${MAXIMUM_REDIRECTS + 1} redirects`, "a file");
}

/** A file asked for over TLS does not arrive in the open. */
function checkRedirect(from: URL, next: URL | undefined, location: string): URL {
  const isSafe = next?.protocol === "https:" || (next?.protocol === "http:" && from.protocol === "http:");
  if (next !== undefined && isSafe) return next;
  throw answerError("the hub redirects to a bad address", from.href, location, "an https address");
}

/** A signal that also fires when nothing has happened for a while. */
export interface StallGuard {
  readonly signal: AbortSignal;
  /** Something happened. */
  touch(): void;
  stop(): void;
}

/** Watches one request. @throws SpattenError `aborted` when the caller has given up before it began. */
export function guardAgainstStalls(stallMilliseconds: number, signal: AbortSignal | undefined): StallGuard {
  if (signal?.aborted === true) throw abortedError();
  const stall = new AbortController();
  const timer = setTimeout(
    () => stall.abort(new Error(`no answer for ${stallMilliseconds / 1000} seconds`)),
    stallMilliseconds,
  );
  return {
    signal: signal === undefined ? stall.signal : AbortSignal.any([signal, stall.signal]),
    touch: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

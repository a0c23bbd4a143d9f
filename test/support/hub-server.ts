import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Commit of everything that the server has. */
export const SERVED_COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

/** Answers instead of the server where it returns true. */
export type Fault = (request: IncomingMessage, response: ServerResponse, seen: SeenRequest) => boolean;

export interface HubServer {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
  /** Requests that a file's content was asked with. */
  downloadsOf(fileName: string): SeenRequest[];
  fault: Fault;
  close(): Promise<void>;
}

/** The etag of a content as the hub has it: SHA-256 of weights, Git's SHA-1 of everything else. */
export function etagOf(fileName: string, content: Uint8Array): string {
  if (fileName.endsWith(".safetensors")) return createHash("sha256").update(content).digest("hex");
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

/** A hub on the loopback that serves the files of one model, `tiny/model`, in the manner of the real one. */
export async function startHubServer(files: ReadonlyMap<string, Uint8Array>): Promise<HubServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const row: SeenRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      range: request.headers.range,
      authorization: request.headers.authorization,
    };
    seen.push(row);
    if (!hub.fault(request, response, row)) serve(files, row, response);
  });
  const hub: HubServer = {
    endpoint: await listen(server),
    seen,
    downloadsOf: (fileName) =>
      seen.filter(({ method, path }) => method === "GET" && path.endsWith(`/${fileName}`)),
    fault: () => false,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return hub;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function serve(
  files: ReadonlyMap<string, Uint8Array>,
  { path, range, method }: SeenRequest,
  response: ServerResponse,
) {
  const [, revision, fileName = ""] = /^\/tiny\/model\/resolve\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  const content = files.get(fileName);
  if (revision === undefined || !["main", "v1", SERVED_COMMIT].includes(decodeURIComponent(revision))) {
    return response.writeHead(404, { "x-error-code": "RevisionNotFound" }).end();
  }
  if (content === undefined) return response.writeHead(404, { "x-error-code": "EntryNotFound" }).end();
  const etag = `"${etagOf(fileName, content)}"`;
  const facts = { "x-repo-commit": SERVED_COMMIT, etag, "x-linked-etag": etag };
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  const body = content.subarray(start);
  const part =
    range === undefined ? {} : { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` };
  response.writeHead(range === undefined ? 200 : 206, { ...facts, ...part, "content-length": body.length });
  return response.end(method === "HEAD" ? undefined : body);
}

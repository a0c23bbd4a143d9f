import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What one address answers with. */
export interface ServedFile {
  readonly type: string;
  readonly content: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoopbackServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Everything that was asked for, as `METHOD /path`, in order. */
  readonly requests: readonly string[];
}

/** Serves exactly the listed addresses on the loopback interface; anything else is not found. */
export async function serveFiles(files: ReadonlyMap<string, ServedFile>): Promise<LoopbackServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const file = files.get(request.url ?? "");
    if (file === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "content-type": file.type,
      "content-length": Buffer.byteLength(file.content),
      ...file.headers,
    });
    response.end(request.method === "HEAD" ? undefined : file.content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, requests, [Symbol.asyncDispose]: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

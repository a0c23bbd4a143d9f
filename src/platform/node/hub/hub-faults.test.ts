import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  etagOf,
  type HubServer,
  SERVED_COMMIT,
  startHubServer,
} from "../../../../test/support/hub-server.ts";
import { openHubFolder } from "./hub-folder.ts";
import { type HubSettings, hubSettings } from "./settings.ts";

const weights = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) & 0xff);
const files = new Map<string, Uint8Array>([
  ["config.json", new TextEncoder().encode("{}")],
  ["model.safetensors", weights],
]);
const etag = etagOf("model.safetensors", weights);
const id = { repository: "tiny/model", revision: "main" };

let place: string;
let hub: HubServer;
let settings: HubSettings;
beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), "spatten-faults-"));
  hub = await startHubServer(files);
  settings = {
    ...hubSettings({ HF_HOME: place, HF_ENDPOINT: hub.endpoint }, place),
    patience: {
      attemptCount: 3,
      firstWaitMilliseconds: 1,
      longestWaitMilliseconds: 1000,
      stallMilliseconds: 20_000,
    },
  };
});
afterEach(async () => {
  await hub.close();
  rmSync(place, { recursive: true, force: true });
});

const blobsFolder = () => join(place, "hub", "models--tiny--model", "blobs");
const blobs = () => (existsSync(blobsFolder()) ? readdirSync(blobsFolder()) : []);
const readWeights = async (signal?: AbortSignal) =>
  (await openHubFolder(id, settings, { signal })).readBytes("model.safetensors");

/** Breaks the first `count` downloads of the weights. */
function breakDownloads(count: number, fault: (response: ServerResponse) => void): void {
  let left = count;
  hub.fault = (_, response, { method }) => {
    if (method !== "GET" || left-- <= 0) return false;
    fault(response);
    return true;
  };
}

const half = weights.subarray(0, weights.length / 2);

describe("a hub that refuses or fails", () => {
  it.each([
    [401, "missing-model", /refuses access.*401.*HF_TOKEN/, 1],
    [403, "missing-model", /refuses access.*403.*HF_TOKEN/, 1],
    [404, "missing-model", /no such model, revision or file.*404/, 1],
    [429, "network", /too many requests.*429/, 3],
    [500, "network", /the hub failed.*500/, 3],
    [418, "network", /the hub failed.*418/, 1],
  ])("answers %i: an error after as many requests as help", async (status, code, message, requestCount) => {
    hub.fault = (_, response) => response.writeHead(status).end() && true;
    await expect(readWeights()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(hub.seen).toHaveLength(requestCount);
    expect(blobs()).toEqual([]);
  });

  it("has a moment of weakness: the download succeeds", async () => {
    breakDownloads(2, (response) => response.writeHead(503).end());
    expect(Buffer.compare(await readWeights(), weights)).toBe(0);
  });

  it("asks for a pause that is too long: the error comes at once", async () => {
    hub.fault = (_, response) => response.writeHead(429, { "retry-after": "3600" }).end() && true;
    await expect(readWeights()).rejects.toMatchObject({ code: "network" });
    expect(hub.seen).toHaveLength(1);
  });

  it("is not there", async () => {
    await hub.close();
    await expect(readWeights()).rejects.toMatchObject({
      code: "network",
      message: expect.stringMatching(/config\.json: the connection to the hub failed; got .*ECONNREFUSED/),
    });
  });

  it("falls silent: the connection is given up", async () => {
    settings = { ...settings, patience: { ...settings.patience, stallMilliseconds: 300 } };
    breakDownloads(9, (response) => {
      response.writeHead(200, { "content-length": weights.length });
      response.write(half);
    });
    await expect(readWeights()).rejects.toMatchObject({
      code: "network",
      message: expect.stringMatching(/no answer for 0\.3 seconds/),
    });
    expect(blobs()).toEqual([`${etag}.spatten.incomplete`]);
  });

  it("has an answer without commit: that is no hub", async () => {
    hub.fault = (_, response) => response.writeHead(200, { etag: '"abc"' }).end() && true;
    await expect(readWeights()).rejects.toMatchObject({ message: expect.stringMatching(/names no commit/) });
    hub.fault = (_, response) =>
      response.writeHead(200, { etag: '"../../../evil"', "x-repo-commit": SERVED_COMMIT }).end() && true;
    await expect(readWeights()).rejects.toMatchObject({ message: expect.stringMatching(/names no content/) });
  });
});

describe("half a file", () => {
  it("is continued where it broke off", async () => {
    breakDownloads(1, (response) => {
      response.writeHead(200, { "content-length": weights.length });
      response.write(half, () => response.destroy());
    });
    expect(Buffer.compare(await readWeights(), weights)).toBe(0);
    const ranges = hub.downloadsOf("model.safetensors").map((row) => row.range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
    expect(blobs()).toEqual([etag]);
  });

  it("is an error when the hub has no more, and the next attempt goes on from it", async () => {
    breakDownloads(3, (response) => response.writeHead(200, { "content-length": half.length }).end(half));
    await expect(readWeights()).rejects.toMatchObject({
      code: "network",
      message: expect.stringMatching(/a part of the file; got 150000 bytes; expected 300000 bytes/),
    });
    expect(blobs()).toHaveLength(1);
    hub.fault = () => false;
    expect(Buffer.compare(await readWeights(), weights)).toBe(0);
    expect(hub.downloadsOf("model.safetensors").at(-1)?.range).toMatch(/^bytes=/);
    expect(blobs()).toEqual([etag]);
  });

  it("of a process that was killed is taken over, a bad one thrown away", async () => {
    mkdirSync(blobsFolder(), { recursive: true });
    writeFileSync(join(blobsFolder(), `${etag}.spatten.incomplete`), new Uint8Array(1000).fill(9));
    expect(Buffer.compare(await readWeights(), weights)).toBe(0);
    const ranges = hub.downloadsOf("model.safetensors").map((row) => row.range);
    expect(ranges).toEqual(["bytes=1000-", undefined]);
    expect(blobs()).toEqual([etag]);
  });

  it("stays beside the cache's contents when the caller gives up", async () => {
    const stop = new AbortController();
    breakDownloads(9, (response) => {
      response.writeHead(200, { "content-length": weights.length });
      response.write(half, () => setTimeout(() => stop.abort(), 50));
    });
    await expect(readWeights(stop.signal)).rejects.toMatchObject({ code: "aborted" });
    expect(blobs()).not.toContain(etag);
  });
});

describe("a content that is not what was announced", () => {
  it.each([
    ["other bytes", () => weights.map((byte) => byte ^ 1)],
    ["more bytes", () => new Uint8Array(weights.length + 5)],
  ])("is refused: %s", async (_name, content) => {
    breakDownloads(9, (response) => response.writeHead(200).end(content()));
    await expect(readWeights()).rejects.toMatchObject({
      code: "network",
      message: expect.stringMatching(/not what the hub announced/),
    });
    expect(blobs()).toEqual([]);
  });
});

describe("a cache that cannot be written", () => {
  it("names the folder, and where to say another", async () => {
    writeFileSync(join(place, "hub"), "a file in place of the folder");
    await expect(readWeights()).rejects.toMatchObject({
      code: "output",
      message: expect.stringMatching(/blobs: cannot write: .*HF_HUB_CACHE/),
    });
  });

  it.skipIf(!existsSync("/sys/kernel"))("may not be written, not even by the administrator", async () => {
    settings = { ...settings, cacheFolder: "/sys/spatten" };
    await expect(readWeights()).rejects.toMatchObject({
      code: "output",
      message: expect.stringMatching(/cannot write: .*(permitted|denied|read-only).*HF_HUB_CACHE/),
    });
  });

  it.skipIf(!existsSync("/dev/full"))("is full", async () => {
    mkdirSync(blobsFolder(), { recursive: true });
    symlinkSync("/dev/full", join(blobsFolder(), `${etag}.spatten.incomplete`));
    await expect(readWeights()).rejects.toMatchObject({
      code: "output",
      message: expect.stringMatching(/no space left on the device/),
    });
    expect(blobs()).toEqual([]);
  });
});

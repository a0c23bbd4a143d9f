import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
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
  ["config.json", new TextEncoder().encode('{"model_type":"bert"}')],
  ["model.safetensors", weights],
]);
const weightsEtag = etagOf("model.safetensors", weights);
const id = { repository: "tiny/model", revision: "main" };

let place: string;
let hub: HubServer;
let settings: HubSettings;
beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), "spatten-hub-"));
  hub = await startHubServer(files);
  settings = impatient(hubSettings({ HF_HOME: place, HF_ENDPOINT: hub.endpoint }, place));
});
afterEach(async () => {
  await hub.close();
  rmSync(place, { recursive: true, force: true });
});

function impatient(given: HubSettings): HubSettings {
  const patience = {
    attemptCount: 3,
    firstWaitMilliseconds: 1,
    longestWaitMilliseconds: 50,
    stallMilliseconds: 20_000,
  };
  return { ...given, patience };
}

const model = (...parts: string[]) => join(place, "hub", "models--tiny--model", ...parts);
const blobs = () => readdirSync(model("blobs")).sort();
const offline = () => ({ ...settings, isOffline: true });
const readWeights = async (given = settings) =>
  (await openHubFolder(id, given)).readBytes("model.safetensors");

describe("a model of the hub", () => {
  it("lies in the cache as the hub's own clients lay it out", async () => {
    const folder = await openHubFolder(id, settings);
    expect(JSON.parse(await folder.readText("config.json"))).toEqual({ model_type: "bert" });
    expect(Buffer.compare(await folder.readBytes("model.safetensors"), weights)).toBe(0);
    expect(readFileSync(model("refs", "main"), "utf8")).toBe(SERVED_COMMIT);
    expect(blobs()).toEqual([etagOf("config.json", files.get("config.json")!), weightsEtag].sort());
    const link = model("snapshots", SERVED_COMMIT, "model.safetensors");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readlinkSync(link)).toBe(join("..", "..", "blobs", weightsEtag));
  });

  it("is fetched once, by files that are read alone, and is there without a hub afterwards", async () => {
    const folder = await openHubFolder(id, settings);
    expect(await folder.exists("tokenizer.json")).toBe(false);
    expect(await folder.exists("model.safetensors")).toBe(true);
    expect(hub.downloadsOf("model.safetensors")).toEqual([]);
    await folder.readText("config.json");
    await readWeights();
    await readWeights();
    expect(hub.downloadsOf("model.safetensors")).toHaveLength(1);
    const requestCount = hub.seen.length;
    expect((await readWeights(offline())).length).toBe(weights.length);
    expect(hub.seen).toHaveLength(requestCount);
    await hub.close();
    expect((await readWeights()).length).toBe(weights.length);
  });

  it("takes what another client has left, and a commit without asking", async () => {
    mkdirSync(model("snapshots", SERVED_COMMIT), { recursive: true });
    for (const name of files.keys()) writeFileSync(model("snapshots", SERVED_COMMIT, name), name);
    const folder = await openHubFolder({ ...id, revision: SERVED_COMMIT }, settings);
    expect(await folder.readText("model.safetensors")).toBe("model.safetensors");
    expect(hub.seen).toEqual([]);
  });

  it("shares a content among revisions", async () => {
    await readWeights();
    rmSync(model("snapshots"), { recursive: true });
    const folder = await openHubFolder({ ...id, revision: "v1" }, settings);
    expect((await folder.readBytes("model.safetensors")).length).toBe(weights.length);
    expect(hub.downloadsOf("model.safetensors")).toHaveLength(1);
    expect(readFileSync(model("refs", "v1"), "utf8")).toBe(SERVED_COMMIT);
  });

  it("reports bytes under the file's name", async () => {
    const reports: { stage: string; done: number; total: number }[] = [];
    const folder = await openHubFolder(id, settings, { onProgress: (row) => reports.push(row) });
    await folder.readBytes("model.safetensors");
    expect(reports.at(-1)).toEqual({
      stage: "model.safetensors",
      done: weights.length,
      total: weights.length,
    });
  });

  it("says where it was looked for when the cache alone is asked", async () => {
    await expect(openHubFolder(id, offline())).rejects.toMatchObject({
      code: "missing-model",
      message: expect.stringMatching(/tiny\/model: .*HF_HUB_OFFLINE is set; expected it below .*hub/),
    });
    expect(hub.seen).toEqual([]);
  });

  it("comes whole to two that fetch it at once", async () => {
    const both = await Promise.all([readWeights(), readWeights()]);
    for (const bytes of both) expect(Buffer.compare(bytes, weights)).toBe(0);
    expect(blobs()).toEqual([weightsEtag]);
  });

  it("gives its token to the hub, and not to the host that the hub sends to", async () => {
    writeFileSync(join(place, "token"), "hf_secret\n");
    const store = await startHubServer(files);
    try {
      hub.fault = (_, response, { method, path }) => {
        if (method !== "GET") return false;
        response.writeHead(302, { location: `${store.endpoint}${path}` }).end();
        return true;
      };
      expect((await readWeights()).length).toBe(weights.length);
      expect(new Set(hub.seen.map((row) => row.authorization))).toEqual(new Set(["Bearer hf_secret"]));
      expect(store.seen.map((row) => row.authorization)).toEqual([undefined]);
    } finally {
      await store.close();
    }
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type HubServer, startHubServer } from "../../../test/support/hub-server.ts";
import { tinyLlamaGguf } from "../../../test/support/tiny-gguf.ts";
import { watchFolder } from "../../base/folder-reader.ts";
import { readSafetensors } from "../../base/tensor-file/safetensors.ts";
import { openCheckpoint } from "../../inference/checkpoints/open-checkpoint.ts";
import { loadTextModel } from "../../inference/text-model.ts";
import { hubSettings } from "./hub/settings.ts";
import { bundledModelFolder } from "./installation.ts";
import { openModel } from "./open-model.ts";

const bundled = bundledModelFolder("bert-clinc150");
const weights = readFileSync(join(bundled, "model.safetensors"));

/** The bundled model as the hub would have it with an index of shards, beside files that no model needs. */
function shardedFiles(): Map<string, Uint8Array> {
  const names = [...readSafetensors(weights, "weights").tensors.keys()];
  const weightMap = Object.fromEntries(names.map((name) => [name, "model-00001-of-00001.safetensors"]));
  return new Map<string, Uint8Array>([
    ["config.json", readFileSync(join(bundled, "config.json"))],
    ["tokenizer.json", readFileSync(join(bundled, "tokenizer.json"))],
    ["model.safetensors.index.json", new TextEncoder().encode(JSON.stringify({ weight_map: weightMap }))],
    ["model-00001-of-00001.safetensors", weights],
    ["pytorch_model.bin", new Uint8Array(9)],
    ["README.md", new Uint8Array(9)],
  ]);
}

let place: string;
let hub: HubServer;
const files = shardedFiles();
beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), "spatten-open-"));
  hub = await startHubServer(files);
});
afterEach(async () => {
  await hub.close();
  rmSync(place, { recursive: true, force: true });
});

const open = (model: string) =>
  openModel(model, {}, hubSettings({ HF_HOME: place, HF_ENDPOINT: hub.endpoint }, place));

describe("the folder of a model", () => {
  it("comes from the hub with the files that a model needs, shards too, and no others", async () => {
    const model = await loadTextModel(await open("tiny/model"));
    expect(model).toMatchObject({ name: "model", layerCount: 4 });
    const [commit = ""] = readdirSync(join(place, "hub", "models--tiny--model", "snapshots"));
    expect(readdirSync(join(place, "hub", "models--tiny--model", "snapshots", commit)).sort()).toEqual([
      "config.json",
      "model-00001-of-00001.safetensors",
      "model.safetensors.index.json",
      "tokenizer.json",
    ]);
  });

  it("is an error that names the shard where the hub lacks one", async () => {
    hub.fault = (_, response, { path }) =>
      path.endsWith("-00001.safetensors") ? response.writeHead(404).end() && true : false;
    await expect(open("tiny/model").then(loadTextModel)).rejects.toMatchObject({
      code: "missing-model",
      message: expect.stringMatching(/tiny\/model: .*model-00001-of-00001\.safetensors/),
    });
  });

  it("is the one on disk where there is one of that name, and a bundled one by its name", async () => {
    // The tests run in the repository, where this is a folder without a model, and could be an id of the hub.
    expect(await (await open("test/support")).exists("config.json")).toBe(false);
    expect((await open("bert-clinc150")).name).toBe(bundled);
    await expect(open("no-such-name")).rejects.toMatchObject({ code: "missing-model" });
    expect(hub.seen).toEqual([]);
  });

  it("is that of the file where the path is one, under the file's own name", async () => {
    writeFileSync(join(place, "tiny.gguf"), tinyLlamaGguf());
    const folder = await open(join(place, "tiny.gguf"));
    expect(folder).toMatchObject({ name: join(place, "tiny.gguf"), namedFile: "tiny.gguf" });
    expect(await folder.list!()).toEqual(["tiny.gguf"]);
    const { config } = await openCheckpoint(watchFolder(folder, {}), folder.name);
    expect(config).toMatchObject({ model_type: "llama", num_hidden_layers: 3 });
    expect(await openCheckpoint(await open(place), "place")).toMatchObject({ config });
  });
});

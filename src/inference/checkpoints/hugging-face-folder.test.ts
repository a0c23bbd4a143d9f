import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { SpattenError } from "../../base/errors.ts";
import type { FolderReader } from "../../base/folder-reader.ts";
import { writeSafetensors } from "../../base/tensor-file/safetensors-writer.ts";
import { float32Tensor } from "../../base/tensor-file/tensor-values.ts";
import { loadHuggingFaceFolder } from "./hugging-face-folder.ts";

type Files = Record<string, string | Uint8Array>;

/** A folder in memory that remembers which files were asked for. */
function folderOf(files: Files): FolderReader & { readonly asked: string[] } {
  const asked: string[] = [];
  const take = (name: string): string | Uint8Array => {
    asked.push(name);
    const file = files[name];
    if (file === undefined) throw new SpattenError("missing-model", "absent", { where: name });
    return file;
  };
  return {
    name: "model",
    asked,
    readText: async (name) => {
      const file = take(name);
      return typeof file === "string" ? file : new TextDecoder().decode(file);
    },
    readBytes: async (name) => {
      const file = take(name);
      return typeof file === "string" ? new TextEncoder().encode(file) : file;
    },
    exists: async (name) => {
      asked.push(name);
      return name in files;
    },
  };
}

function shard(...names: string[]): Uint8Array {
  return writeSafetensors(names.map((name) => float32Tensor(name, [2], new Float32Array([1, 2]))));
}

const common: Files = { "config.json": '{"model_type":"bert"}', "tokenizer.json": '{"version":"1.0"}' };
const index = (map: Record<string, string>): Files => ({
  ...common,
  "model.safetensors.index.json": JSON.stringify({ metadata: { total_size: 16 }, weight_map: map }),
});

test("a folder with one file of weights", async () => {
  const loaded = await loadHuggingFaceFolder(
    folderOf({ ...common, "model.safetensors": shard("a", "b") }),
    "model",
  );
  expect(loaded.config).toEqual({ model_type: "bert" });
  expect(loaded.tokenizer).toEqual({ version: "1.0" });
  expect(loaded.tokenizerConfig).toBeUndefined();
  expect(loaded.tensors.names).toEqual(["a", "b"]);
  expect(loaded.tensors.shapeOf("a")).toEqual([2]);
  expect(await loaded.tensors.readFloat32("b")).toEqual(new Float32Array([1, 2]));
  await expect(loaded.tensors.readFloat32("c")).rejects.toThrow('model: tensor "c" is missing');
});

test("a folder with shards", async () => {
  const files = {
    ...index({ a: "model-1-of-2.safetensors", b: "model-2-of-2.safetensors" }),
    "model-1-of-2.safetensors": shard("a"),
    "model-2-of-2.safetensors": shard("b"),
    "tokenizer_config.json": "{}",
  };
  const loaded = await loadHuggingFaceFolder(folderOf(files), "model");
  expect(loaded.tensors.names).toEqual(["a", "b"]);
  expect(loaded.tokenizerConfig).toEqual({});
});

test("a folder whose weights are named like it, and whose model needs no tokenizer", async () => {
  const files = {
    "config.json": '{"patch_tokens":98}',
    "model.safetensors.old": "",
    "kwt.safetensors": shard("a"),
  };
  const folder = { ...folderOf(files), name: "models/kwt/" };
  const loaded = await loadHuggingFaceFolder(folder, "kwt", () => false);
  expect(loaded.tensors.names).toEqual(["a"]);
  expect(loaded.tokenizer).toBeUndefined();
  await expect(loadHuggingFaceFolder(folder, "kwt")).rejects.toThrow("expected tokenizer.json");
});

describe("a folder that cannot be loaded", () => {
  test.each<[string, Files, string, string]>([
    [
      "nothing",
      {},
      "missing-model",
      "model: the model folder lacks a file; expected config.json (is this a model folder of the hub?)",
    ],
    ["no tokenizer", { "config.json": "{}" }, "missing-model", "expected tokenizer.json"],
    [
      "no weights",
      common,
      "missing-model",
      "model: the model folder lacks a file; expected model.safetensors (is the download complete?)",
    ],
    [
      "weights as a pickle",
      { ...common, "pytorch_model.bin": "" },
      "missing-model",
      "expected model.safetensors (convert pytorch_model.bin with the safetensors package of Python; pickles are not read)",
    ],
    [
      "a broken configuration",
      { ...common, "config.json": '{"a":1,}' },
      "checkpoint",
      'model/config.json: line 1, column 8: config.json is not JSON; got "}"; expected a key in double quotes',
    ],
    [
      "a configuration that is too long",
      { ...common, "config.json": `"${"x".repeat(4e6)}"` },
      "checkpoint",
      "model: config.json is too long; got 4000002 characters; expected at most 4000000",
    ],
    [
      "broken weights",
      { ...common, "model.safetensors": "PK" },
      "checkpoint",
      "model/model.safetensors: not a safetensors file: too short",
    ],
    [
      "an index without tensors",
      index({}),
      "checkpoint",
      "model/model.safetensors.index.json: the number of shards is not plausible; got 0; expected 1 to 1000",
    ],
    [
      "an index of another form",
      { ...common, "model.safetensors.index.json": "[]" },
      "checkpoint",
      "invalid shard index",
    ],
    [
      "a shard that is absent",
      index({ a: "one.safetensors" }),
      "missing-model",
      "expected one.safetensors (model.safetensors.index.json lists it)",
    ],
    [
      "a tensor that is not where the index says",
      { ...index({ a: "one.safetensors", b: "one.safetensors" }), "one.safetensors": shard("a") },
      "checkpoint",
      'model/model.safetensors.index.json: tensor "b" is not in the shard that the index names; expected it in one.safetensors (are index and shards of one download?)',
    ],
    [
      "a tensor in two shards",
      {
        ...index({ a: "one.safetensors", b: "two.safetensors" }),
        "one.safetensors": shard("a"),
        "two.safetensors": shard("a", "b"),
      },
      "checkpoint",
      'model: tensor "a" is in two files; got one.safetensors and two.safetensors; expected one of them',
    ],
  ])("has %s", async (_what, files, code, message) => {
    await expect(loadHuggingFaceFolder(folderOf(files), "model")).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test.each([
    "../one.safetensors",
    "sub/one.safetensors",
    "sub\\one.safetensors",
    "/etc/one.safetensors",
    "C:one.safetensors",
    "one\u0000.safetensors",
    "..safetensors",
    "a..safetensors",
    "",
    "model.bin",
  ])("has a shard called %j, which is never asked for", async (name) => {
    const folder = folderOf({ ...index({ a: name }), [name]: shard("a") });
    await expect(loadHuggingFaceFolder(folder, "model")).rejects.toThrow(
      expect.objectContaining({
        code: "checkpoint",
        message: expect.stringContaining(
          `a shard has a name that is not a plain file name; got ${JSON.stringify(name)}`,
        ),
      }),
    );
    expect(folder.asked).not.toContain(name);
  });
});

const SHARED = join(import.meta.dirname, "../../../../shared/data");
const lacksModels = !existsSync(SHARED);
// biome-ignore lint/suspicious/noConsole: a skipped test must not pass unseen
if (lacksModels) console.warn(`SKIPPED: the model folders are not in ${SHARED}`);

describe.skipIf(lacksModels)("the released model folders", () => {
  it.each([
    ["bert-clinc150", "classifier.weight"],
    ["gpt2-kjv-shakespeare", "wte.weight"],
    ["minilm-l6-v2", "embeddings.word_embeddings.weight"],
  ])("%s is loaded", async (name, tensor) => {
    const path = (file: string): string => join(SHARED, name, file);
    const folder: FolderReader = {
      name,
      readText: async (file) => readFileSync(path(file), "utf8"),
      readBytes: async (file) => readFileSync(path(file)),
      exists: async (file) => existsSync(path(file)),
    };
    const { tensors } = await loadHuggingFaceFolder(folder, name);
    expect(tensors.names).toContain(tensor);
    expect(await tensors.readFloat32(tensor)).toHaveLength(
      tensors.shapeOf(tensor)!.reduce((left, right) => left * right),
    );
  });
});

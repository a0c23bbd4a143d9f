import { expect, test } from "vitest";
import { isSpattenError, SpattenError } from "../../base/errors.ts";
import type { FolderReader } from "../../base/folder-reader.ts";
import { createRandom } from "../../base/random.ts";
import { mutatedBytes } from "../../base/tensor-file/mutated-bytes.reference.ts";
import { writeSafetensors } from "../../base/tensor-file/safetensors-writer.ts";
import { float32Tensor } from "../../base/tensor-file/tensor-values.ts";
import { rangesOf } from "./file-ranges.reference.ts";
import { loadHuggingFaceFolder } from "./hugging-face-folder.ts";
import { takeTensors } from "./tensor-set.ts";

const shapes = new Map([
  ["a.weight", [2]],
  ["b.weight", [2]],
]);

function shard(name: string): Uint8Array {
  return writeSafetensors([float32Tensor(name, [2], new Float32Array([1, 2]))]);
}

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

const valid = new Map([
  ["config.json", text({ model_type: "bert", num_hidden_layers: 2, id2label: { 0: "a", 1: "b" } })],
  ["tokenizer.json", text({ version: "1.0", model: { vocab: { a: 0 } } })],
  [
    "model.safetensors.index.json",
    text({ weight_map: { "a.weight": "a.safetensors", "b.weight": "b.safetensors" } }),
  ],
  ["a.safetensors", shard("a.weight")],
  ["b.safetensors", shard("b.weight")],
]);

function folderOf(files: ReadonlyMap<string, Uint8Array>, inPieces: boolean): FolderReader {
  const readBytes = async (name: string): Promise<Uint8Array> => {
    const file = files.get(name);
    if (file === undefined) throw new SpattenError("missing-model", "absent", { where: name });
    return file;
  };
  return {
    name: "mutant",
    readBytes,
    readText: async (name) => new TextDecoder().decode(await readBytes(name)),
    exists: async (name) => files.has(name),
    ...(inPieces ? { ranges: rangesOf(readBytes) } : {}),
  };
}

test("1,000 folders with a damaged file are loaded or refused with a typed error", async () => {
  const names = [...valid.keys()];
  let refused = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const random = createRandom(seed);
    const name = names[random.integer(names.length)]!;
    const files = new Map([...valid, [name, mutatedBytes(valid.get(name)!, random)]]);
    try {
      const inPieces = seed % 2 === 0;
      const { tensors } = await loadHuggingFaceFolder(folderOf(files, inPieces), "mutant");
      await takeTensors(tensors, shapes);
    } catch (error) {
      const isTyped = isSpattenError(error) && ["checkpoint", "missing-model"].includes(error.code);
      if (!isTyped) throw new Error(`seed ${seed}`, { cause: error });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(500);
  expect(refused).toBeLessThan(1000);
});

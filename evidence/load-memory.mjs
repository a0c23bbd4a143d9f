import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../dist/base/random.js";
import { float32ToFloat16Bits } from "../dist/base/tensor-file/half-precision.js";
import { writeSafetensors } from "../dist/base/tensor-file/safetensors-writer.js";
import { tensorShapesOf } from "../dist/inference/models/architecture.js";
import { bertArchitecture } from "../dist/inference/models/bert.js";
import { shared } from "./support.mjs";

export const title = "most memory while a model is loaded, as a multiple of its tensors in float32";

const data = (name) => join(shared, "data", name);
const MEGABYTE = 1e6;
/** Beside the tensors lie the tokenizer and the code that reads it: a small model is judged by its buffers. */
const SMALLEST_RESIDENT_BYTES = 50 * MEGABYTE;

let folder;
process.on("exit", () => folder !== undefined && rmSync(folder, { recursive: true, force: true }));

/** A folder of BERT-base's shape with random weights, in as many shards. */
function bertBase(dtype, shardCount) {
  folder ??= mkdtempSync(join(tmpdir(), "spatten-load-"));
  const target = join(folder, `${dtype}-${shardCount}`);
  if (existsSync(target)) return target;
  mkdirSync(target);
  const source = data("bert-clinc150");
  const config = {
    ...JSON.parse(readFileSync(join(source, "config.json"), "utf8")),
    ...{ num_hidden_layers: 12, hidden_size: 768, num_attention_heads: 12, intermediate_size: 3072 },
    ...{ max_position_embeddings: 512, vocab_size: 30522 },
  };
  writeFileSync(join(target, "config.json"), JSON.stringify(config));
  for (const name of ["tokenizer.json", "tokenizer_config.json"])
    copyFileSync(join(source, name), join(target, name));
  const layout = bertArchitecture.layoutOf(config, new Set(["classifier.weight"]), "random");
  const shapes = [...tensorShapesOf(layout)];
  const random = createRandom(1);
  const weightMap = {};
  for (let shard = 0; shard < shardCount; shard++) {
    const fileName =
      shardCount === 1 ? "model.safetensors" : `model-${shard + 1}-of-${shardCount}.safetensors`;
    const chosen = shapes.filter((_, index) => Math.floor((index * shardCount) / shapes.length) === shard);
    for (const [name] of chosen) weightMap[name] = fileName;
    const tensors = chosen.map(([name, shape]) => ({
      name,
      dtype,
      shape,
      bytes: drawn(dtype, shape, random),
    }));
    writeFileSync(join(target, fileName), writeSafetensors(tensors));
  }
  if (shardCount > 1) {
    writeFileSync(join(target, "model.safetensors.index.json"), JSON.stringify({ weight_map: weightMap }));
  }
  return target;
}

function drawn(dtype, shape, random) {
  const count = shape.reduce((left, right) => left * right);
  const values = Float32Array.from({ length: count }, () => (random.next() - 0.5) * 0.1);
  return new Uint8Array(
    dtype === "F32" ? values.buffer : Uint16Array.from(values, float32ToFloat16Bits).buffer,
  );
}

const models = [
  { name: "bert-clinc150, float32", make: () => data("bert-clinc150") },
  { name: "minilm-l6-v2, float16", make: () => data("minilm-l6-v2") },
  { name: "BERT-base, float32, 1 file", make: () => bertBase("F32", 1) },
  { name: "BERT-base, float16, 1 file", make: () => bertBase("F16", 1) },
  { name: "BERT-base, float16, 4 shards", make: () => bertBase("F16", 4) },
];

function measure(path, engine) {
  const script = join(import.meta.dirname, "support-load.mjs");
  const output = execFileSync(process.execPath, ["--expose-gc", script, path, engine], { encoding: "utf8" });
  return JSON.parse(output);
}

const step = ({ name, make }, engine, limit) => ({
  id: `${engine}-${name}`,
  quantity: `${name}, engine ${engine}: resident, array buffers`,
  expected: limit === undefined ? "shown" : `at most ${limit}x`,
  run: async () => {
    const { tensorBytes, residentBytes, bufferBytes } = measure(make(), engine);
    const times = (bytes) => `${(bytes / tensorBytes).toFixed(2)}x`;
    const judged = tensorBytes >= SMALLEST_RESIDENT_BYTES ? residentBytes : bufferBytes;
    return {
      ours: `${times(residentBytes)}, ${times(bufferBytes)} of ${(tensorBytes / MEGABYTE).toFixed(1)} MB`,
      holds: limit === undefined ? null : judged <= limit * tensorBytes,
    };
  },
});

export const steps = [
  step({ name: "SmolLM2-135M, GGUF Q4_1", make: () => data("smollm2-135m-instruct") }, "tensors", 1.3),
  ...models.map((model) => step(model, "reference", 1.3)),
  ...models.map((model) => step(model, "onnx")),
];

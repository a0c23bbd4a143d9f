import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { writeSafetensors } from "../../src/base/tensor-file/safetensors-writer.ts";
import { float32Tensor } from "../../src/base/tensor-file/tensor-values.ts";
import { tensorShapesOf } from "../../src/inference/models/architecture.ts";
import { bertArchitecture } from "../../src/inference/models/bert.ts";
import { bundledModelFolder } from "../../src/platform/node/installation.ts";

const bundled = bundledModelFolder("bert-clinc150");

/** A copy of the bundled classifier whose weight file was tampered with. */
export function tamperedModel(folder: string, tamper: (weights: Buffer) => Uint8Array): string {
  cpSync(bundled, folder, { recursive: true });
  writeFileSync(join(folder, "model.safetensors"), tamper(readFileSync(join(bundled, "model.safetensors"))));
  return folder;
}

/** The same weight file with another header; the data stay. */
export function withHeader(
  weights: Buffer,
  edit: (header: Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>) => void,
): Uint8Array {
  const length = Number(weights.readBigUInt64LE(0));
  const header = JSON.parse(weights.subarray(8, 8 + length).toString()) as Parameters<typeof edit>[0];
  edit(header);
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([prefix, text, weights.subarray(8 + length)]);
}

/** A classifier with random weights that takes seconds for a sentence: something to interrupt. */
export function slowModel(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const file of ["tokenizer.json", "tokenizer_config.json"])
    cpSync(join(bundled, file), join(folder, file));
  const config = {
    ...(JSON.parse(readFileSync(join(bundled, "config.json"), "utf8")) as Record<string, unknown>),
    num_hidden_layers: 6,
    hidden_size: 512,
    num_attention_heads: 8,
    intermediate_size: 2048,
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const layout = bertArchitecture.layoutOf(config, new Set(["classifier.weight"]), folder);
  const random = createRandom(1);
  // What the weights are is all the same: a few thousand random numbers, over and over.
  const piece = Float32Array.from({ length: 4093 }, () => random.next() - 0.5);
  const tensors = [...tensorShapesOf(layout)].map(([name, shape]) => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let start = 0; start < values.length; start += piece.length)
      values.set(piece.subarray(0, values.length - start), start);
    return float32Tensor(name, shape, values);
  });
  writeFileSync(join(folder, "model.safetensors"), writeSafetensors(tensors, {}));
  return folder;
}

// Makes models/ from the float32 originals: our own weights only, rounded to half precision, with checksums.
// Usage: node scripts/bundle-models.mjs ../shared/data
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { float32ToFloat16Bits } from "../dist/base/tensor-file/half-precision.js";
import { readSafetensors } from "../dist/base/tensor-file/safetensors.js";
import { writeSafetensors } from "../dist/base/tensor-file/safetensors-writer.js";
import { toFloat32 } from "../dist/base/tensor-file/tensor-values.js";

const OURS = {
  "bert-clinc150": ["config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"],
  "gpt2-kjv-shakespeare": ["config.json", "tokenizer.json", "tokenizer_config.json"],
};
const source = process.argv[2] ?? "../shared/data";
const target = join(import.meta.dirname, "..", "models");

for (const [name, files] of Object.entries(OURS)) {
  const from = join(source, name);
  const to = join(target, name);
  mkdirSync(to, { recursive: true });
  rmSync(join(to, "SHA256SUMS"), { force: true });
  for (const file of files) copyFileSync(join(from, file), join(to, file));
  writeFileSync(join(to, "model.safetensors"), halved(join(from, "model.safetensors")));
  const sums = readdirSync(to)
    .sort()
    .map((file) => `${sha256(join(to, file))}  ${file}\n`);
  writeFileSync(join(to, "SHA256SUMS"), sums.join(""));
  console.log(`${name}: ${sums.length} files`);
}

function halved(file) {
  const { tensors } = readSafetensors(readFileSync(file), file);
  const rounded = [...tensors.values()].map((view) => {
    const bits = Uint16Array.from(toFloat32(view), float32ToFloat16Bits);
    return { name: view.name, dtype: "F16", shape: view.shape, bytes: new Uint8Array(bits.buffer) };
  });
  return writeSafetensors(rounded, { format: "pt", precision: "float16, rounded to nearest even" });
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

// A process that loads one model and says what that took at most: node --expose-gc support-load.mjs FOLDER ENGINE
// With `tensors` for the engine it reads every tensor of the checkpoint, whatever model it is of.
import { readFileSync } from "node:fs";
import { openCheckpoint } from "../dist/inference/checkpoints/open-checkpoint.js";
import { loadEncoder } from "../dist/inference/encoder.js";
import { referenceEngine } from "../dist/inference/engines/engine.js";
import { createTokenizer } from "../dist/inference/tokenizer.js";
import { onnxEngines } from "../dist/onnx-engines.js";
import { openFolder } from "../dist/platform/node/folder.js";
import { parsePlan } from "../dist/pruning/plan.js";

const [folder, engineId] = process.argv.slice(2);
const engine = [referenceEngine, ...onnxEngines()].find(({ id }) => id === engineId);
const plan = parsePlan({ name: "none", source: "evidence" });

/** Every list of numbers below a value. */
function tensorBytes(value) {
  if (value instanceof Float32Array) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum, part) => sum + tensorBytes(part), 0);
}

/** Most resident bytes of this process so far, and most bytes of array buffers seen. */
const residentNow = () => process.memoryUsage.rss();
const residentMost = () => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
};
let mostBufferBytes = 0;
const watch = () => {
  mostBufferBytes = Math.max(mostBufferBytes, process.memoryUsage().arrayBuffers);
};

globalThis.gc();
const baseline = residentNow();
const bufferBaseline = process.memoryUsage().arrayBuffers;
const opened = await openFolder(folder);
const watching =
  (read) =>
  async (...given) => {
    watch();
    const result = await read(...given);
    watch();
    return result;
  };
const watchAll = (reader) =>
  Object.fromEntries(
    Object.entries(reader).map(([name, part]) => {
      if (typeof part === "function") return [name, watching(part)];
      return [name, typeof part === "object" ? watchAll(part) : part];
    }),
  );
const loaded = engineId === "tensors" ? await allTensors() : (await loadAndRun()).model;
watch();
process.stdout.write(
  JSON.stringify({
    tensorBytes: tensorBytes(loaded),
    residentBytes: residentMost() - baseline,
    bufferBytes: mostBufferBytes - bufferBaseline,
  }),
);
process.exit(0);

async function loadAndRun() {
  const encoder = await loadEncoder(watchAll(opened));
  watch();
  if (engineId !== "reference") {
    await encoder.run({ kind: "tokens", ids: [1, 2, 3, 4] }, { plan, engine });
  }
  return encoder;
}

async function allTensors() {
  const { tensors, tokenizer, tokenizerConfig } = await openCheckpoint(watchAll(opened), folder);
  const read = [];
  for (const name of tensors.names) read.push(await tensors.readFloat32(name));
  return { read, tokenizer: createTokenizer(tokenizer, tokenizerConfig, folder) };
}

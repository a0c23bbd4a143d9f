// A BERT-base encoder with random weights, dense and pruned, in float32 and int8: what is saved beside what the
// multiplications allow. Usage: node bench/encoder.bench.mjs [--batch N] [LENGTH …] (after npm run build)
import { parseArgs } from "node:util";
import * as ort from "onnxruntime-node";
import { wholeBytes, writeOnnx } from "../dist/graph/write-onnx.js";
import { keptCounts } from "../dist/inference/engines/onnx/keep-tables.js";
import { lowerEncoder } from "../dist/inference/engines/onnx/lower-encoder.js";
import { tensorShapesOf } from "../dist/inference/models/architecture.js";
import { linearWork } from "../dist/inference/models/encoder-model.js";
import { architectureOf } from "../dist/inference/models/registry.js";
import { createRandom, parsePlan } from "../dist/pruning/index.js";
import { machineLine } from "./side-by-side.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { batch: { type: "string", default: "1" } },
});
const BATCH = Number(values.batch);
const LENGTHS = positionals.length > 0 ? positionals.map(Number) : [64, 128, 256, 384, 512];
const ROUNDS = BATCH === 1 ? 9 : 5;
const THREADS = 2;
/** BERT-base, but for its vocabulary: looking words up takes no time to speak of. */
const CONFIG = {
  model_type: "bert",
  ...{ num_hidden_layers: 12, hidden_size: 768, num_attention_heads: 12, intermediate_size: 3072 },
  ...{ max_position_embeddings: 512, type_vocab_size: 2, vocab_size: 1000, layer_norm_eps: 1e-12 },
  ...{ hidden_act: "gelu", id2label: { 0: "no", 1: "yes" } },
};
/** 1.00, then 0.75 to 0.30 in equal steps: mean 0.565. */
const KEEP_RATIOS = [1, ...Array.from({ length: 11 }, (_, step) => 0.75 - (0.45 * step) / 10)];
const none = parsePlan({ name: "none", source: "bench" });
const pruned = parsePlan({
  name: "mean-0.565",
  source: "bench",
  tokens: {
    schedule: { kind: "per-layer", keepRatio: KEEP_RATIOS },
    ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method: "spatten" },
    protect: { firstCount: 1, lastCount: 0 },
  },
});

const model = randomModel();
const contestants = {};
// A fused attention sees no padding, so that a batch has the dense graph of standard operators alone.
const graphs = [
  ["dense", none, "float32", "standard"],
  ["contrib", none, "float32", "contrib"],
  ["opset 23", none, "float32", "operator-set-23"],
  ["pruned", pruned, "float32", "standard"],
  ["dense int8", none, "int8-narrow", "standard"],
  ["contrib int8", none, "int8-narrow", "contrib"],
  ["pruned int8", pruned, "int8-narrow", "standard"],
].filter(([, , , attention]) => BATCH === 1 || attention === "standard");
for (const [name, plan, weights, attention] of graphs) {
  contestants[name] = await load(plan, weights, attention);
}
console.log(`BERT-base encoder, batch ${BATCH}, ${THREADS} threads, ${machineLine()}`);
console.log(
  `medians of ${ROUNDS} interleaved runs; gains over the best dense graph; bound: what the multiply-accumulates allow\n`,
);
const names = Object.keys(contestants);
console.log(
  row("length", ...names.map((name) => `${name} ms`), "bound", "fp32", "of bound", "int8/int8", "int8/fp32"),
);
for (const length of LENGTHS) {
  const times = await mediansOf(length);
  const bound = work(none, length) / work(pruned, length);
  const best = (...rivals) => Math.min(...rivals.map((rival) => times[rival] ?? Number.POSITIVE_INFINITY));
  const dense = best("dense", "contrib", "opset 23");
  const denseIntegers = best("dense int8", "contrib int8");
  const gain = dense / times.pruned;
  console.log(
    row(
      ...[length, ...names.map((name) => times[name].toFixed(1)), bound.toFixed(2), gain.toFixed(2)],
      ...[(gain / bound).toFixed(2), (denseIntegers / times["pruned int8"]).toFixed(2)],
      (dense / times["pruned int8"]).toFixed(2),
    ),
  );
}

function randomModel() {
  const layout = architectureOf(CONFIG, "bench").layoutOf(CONFIG, new Set(["classifier.weight"]), "bench");
  const random = createRandom(1);
  const tensors = new Map();
  for (const [name, shape] of tensorShapesOf(layout)) {
    const length = shape.reduce((product, size) => product * size, 1);
    const one = /norm/i.test(name) && name.endsWith(".weight") ? 1 : 0;
    tensors.set(
      name,
      Float32Array.from({ length }, () => one + 0.07 * (random.next() - 0.5)),
    );
  }
  return layout.build((name) => tensors.get(name));
}

function load(plan, weights, attention) {
  const graph = lowerEncoder(model, plan, {
    ...{ form: BATCH === 1 ? "one" : "batch", outputs: "answer", weights, attention },
  });
  return ort.InferenceSession.create(wholeBytes(writeOnnx(graph).model), {
    ...{ graphOptimizationLevel: "all", intraOpNumThreads: THREADS, logSeverityLevel: 3 },
  });
}

async function mediansOf(length) {
  const random = createRandom(length);
  const count = BATCH * length;
  const ids = BigInt64Array.from({ length: count }, () => BigInt(random.integer(CONFIG.vocab_size)));
  const lengths = new BigInt64Array(BATCH).fill(BigInt(length));
  const feeds = {
    input_ids: new ort.Tensor("int64", ids, [BATCH, length]),
    token_type_ids: new ort.Tensor("int64", new BigInt64Array(count), [BATCH, length]),
    ...(BATCH === 1 ? {} : { lengths: new ort.Tensor("int64", lengths, [BATCH]) }),
  };
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await contestants[name].run(feeds);
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      const start = performance.now();
      await contestants[name].run(feeds);
      samples[name].push(performance.now() - start);
    }
  }
  return Object.fromEntries(names.map((name) => [name, samples[name].sort((a, b) => a - b)[ROUNDS >> 1]]));
}

/** Multiply-accumulates of all layers. */
function work(plan, length) {
  const { layerCount, headCount, headDimension } = model.shape;
  const counts = keptCounts(plan, layerCount, length);
  return counts.reduce((sum, rows, layer) => {
    const products = 2 * rows * rows * headDimension * headCount;
    return sum + products + linearWork(model.shape, rows, counts[layer + 1] ?? rows, headCount);
  }, 0);
}

function row(...cells) {
  return cells.map((cell) => String(cell).padStart(14)).join("");
}

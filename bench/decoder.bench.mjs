// A GPT-2-small decoder with random weights: one step over a dense cache and over a pruned one, in float32 and with int8
// weights; scoring, top-k and compaction counted. Usage: node bench/decoder.bench.mjs [LENGTH …] (after npm run build)
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { createGraphBuilder } from "../dist/graph/graph-builder.js";
import { wholeBytes, writeOnnx } from "../dist/graph/write-onnx.js";
import { loadDecoder } from "../dist/inference/decoder.js";
import { runPass } from "../dist/inference/decoding/pass.js";
import { createSequence } from "../dist/inference/decoding/sequence.js";
import { lowerDecoderNorm } from "../dist/inference/engines/onnx/lower-decoder.js";
import { lowerActivation, lowerLinear, lowerLinears } from "../dist/inference/engines/onnx/lower-linear.js";
import { tensorShapesOf } from "../dist/inference/models/architecture.js";
import { decoderArchitectureOf } from "../dist/inference/models/registry.js";
import { onnxEngines } from "../dist/onnx-engines.js";
import { openFolder } from "../dist/platform/node/folder.js";
import { createRandom, parsePlan } from "../dist/pruning/index.js";
import { cachePolicies } from "../dist/pruning/policies/registry.js";
import { machineLine } from "./side-by-side.mjs";

const lengths = process.argv.slice(2).map(Number);
const LENGTHS = lengths.length > 0 ? lengths : [256, 512, 1024, 2048, 4096];
const ROUNDS = 15;
const THREADS = Math.min(2, cpus().length);
const KEEP_RATIO = 0.25;
/** GPT-2-small; more positions than it has, as if a longer model were of its shape. */
const CONFIG = {
  model_type: "gpt2",
  ...{ n_layer: 12, n_embd: 768, n_head: 12, n_positions: 4200, vocab_size: 50257 },
  layer_norm_epsilon: 1e-5,
};
const none = parsePlan({ name: "none", source: "bench" });
const pruned = parsePlan({
  name: "keep-0.25",
  source: "bench",
  tokens: {
    schedule: { kind: "per-layer", keepRatio: [KEEP_RATIO] },
    ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method: "spatten", cache: "evict" },
    protect: { firstCount: 0, lastCount: 1 },
  },
});
const model = randomModel();
const { shape } = model;

const engines = onnxEngines();
const [float32, int8] = await Promise.all(
  ["onnx", "onnx-int8"].map((id) => engines.find((engine) => engine.id === id).openDecoder(model)),
);
/** Steps of one token; the rivals are whole graphs that are given the cache and hand out the new rows alone. */
const contestants = {
  "dense split": await rival("float32", "split"),
  "dense joined": await rival("float32", "joined"),
  dense: own(float32, none),
  pruned: own(float32, pruned),
  "int8 split": await rival("int8-narrow", "split"),
  "int8 joined": await rival("int8-narrow", "joined"),
  "dense int8": own(int8, none),
  "pruned int8": own(int8, pruned),
};
const names = Object.keys(contestants);
console.log(`GPT-2-small shape, one step, ${THREADS} threads, ${machineLine()}`);
console.log(
  `medians of ${ROUNDS} interleaved steps in ms, without LM head; keep ${KEEP_RATIO}; gains over the best dense step`,
);
console.log("split and joined: one graph that is given the cache; dense and pruned: this package\n");
console.log(row("length", ...names, "fp32 gain", "int8 gain", "LM head", "whole fp32", "whole int8"));
for (const length of LENGTHS) {
  const times = await mediansOf(length);
  const best = (...rivals) => Math.min(...rivals.map((name) => times[name]));
  const [dense, denseInt8] = [
    best("dense split", "dense joined", "dense"),
    best("int8 split", "int8 joined", "dense int8"),
  ];
  const head = times["LM head"];
  console.log(
    row(
      ...[length, ...names.map((name) => times[name].toFixed(1))],
      ...[(dense / times.pruned).toFixed(2), (denseInt8 / times["pruned int8"]).toFixed(2), head.toFixed(1)],
      ((dense + head) / (times.pruned + head)).toFixed(2),
      ((denseInt8 + head) / (times["pruned int8"] + head)).toFixed(2),
    ),
  );
}
await float32.close();
await int8.close();
await smollm2();

/** A published model at 2,048 tokens: whole steps, LM head included, tokens a second. */
async function smollm2() {
  const file = join(import.meta.dirname, "..", "..", "shared", "data", "smollm2-135m-instruct");
  if (!existsSync(file)) return console.log("\nSmolLM2: left out, its weights are not there");
  const { model: weights } = await loadDecoder(await openFolder(file));
  const plans = {
    dense: none,
    spatten: pruned,
    h2o: { ...pruned, tokens: { ...pruned.tokens, method: "h2o" } },
  };
  console.log(
    "\nSmolLM2-135M at 2,048 tokens, whole steps, tokens a second (medians, interleaved; keep 0.25, evict)",
  );
  for (const id of ["onnx", "onnx-int8"]) {
    const kernels = await engines.find((engine) => engine.id === id).openDecoder(weights);
    const runs = Object.entries(plans).map(([name, plan]) => ({
      name,
      run: own(kernels, plan, weights),
      samples: [],
    }));
    for (const { run } of runs) run.prepare(2048);
    for (let round = -2; round < ROUNDS; round++) {
      for (const { run, samples } of runs) {
        const start = performance.now();
        await kernels.logits(await run.step(), { checkpoint: () => undefined });
        if (round >= 0) samples.push(performance.now() - start);
      }
    }
    const rates = runs.map(({ name, samples }) => {
      const median = samples.sort((left, right) => left - right)[samples.length >> 1];
      return `${name} ${(1000 / median).toFixed(1)}`;
    });
    console.log(`  ${id.padEnd(10)} ${rates.join(", ")}`);
    await kernels.close();
  }
}

function randomModel() {
  const layout = decoderArchitectureOf(CONFIG, "bench").layoutOf(CONFIG, new Set(["wte.weight"]), "bench");
  const random = createRandom(1);
  const tensors = new Map();
  for (const [name, size] of tensorShapesOf(layout)) {
    const length = size.reduce((product, axis) => product * axis, 1);
    const one = /ln_/.test(name) && name.endsWith(".weight") ? 1 : 0;
    const tensor = new Float32Array(length);
    for (let index = 0; index < length; index++) tensor[index] = one + 0.07 * (random.next() - 0.5);
    tensors.set(name, tensor);
  }
  return layout.build((name) => tensors.get(name));
}

/** This package's step over a cache that holds `length - 1` rows of random numbers. */
function own(kernels, plan, ofModel = model) {
  const { headDimension } = ofModel.shape;
  let sequence;
  return {
    prepare: (length) => {
      sequence = createSequence(ofModel, { plan, policies: cachePolicies });
      const random = createRandom(length);
      const numbers = () => Float32Array.from({ length: headDimension }, () => random.next() - 0.5);
      const positions = Int32Array.from({ length: length - 1 }, (_, position) => position);
      for (const cache of sequence.caches.flat()) {
        for (const position of positions)
          cache.append(position, { numbers: numbers() }, { numbers: numbers() });
      }
      for (let position = 0; position < length - 1; position++) sequence.ids.push(0);
      sequence.iteration = 1;
    },
    step: () => runPass(ofModel, kernels, [{ sequence, ids: [1] }], { checkpoint: () => undefined }),
  };
}

/** The whole model as one graph over a cache that it is given: (heads, dimension, length) and (heads, length, dimension). */
async function rival(weights, form) {
  const session = await ort.InferenceSession.create(wholeBytes(writeOnnx(wholeGraph(weights, form)).model), {
    ...{ graphOptimizationLevel: "all", intraOpNumThreads: THREADS, logSeverityLevel: 3 },
  });
  let feeds;
  return {
    prepare: (length) => {
      const random = createRandom(length);
      const { headCount, headDimension, hiddenSize } = shape;
      const tensor = (...axes) => {
        const size = axes.reduce((product, axis) => product * axis, 1);
        return new ort.Tensor(
          "float32",
          Float32Array.from({ length: size }, () => random.next() - 0.5),
          axes,
        );
      };
      feeds = { hidden: tensor(1, hiddenSize) };
      for (let layer = 0; layer < shape.layerCount; layer++) {
        feeds[`keys-${layer}`] = tensor(headCount, headDimension, length - 1);
        feeds[`values-${layer}`] = tensor(headCount, length - 1, headDimension);
      }
    },
    step: () => session.run(feeds),
  };
}

function wholeGraph(weights, form) {
  const { headCount, headDimension: dimension, hiddenSize } = shape;
  const graph = createGraphBuilder("rival");
  let hidden = graph.input("hidden", "float32", ["rows", hiddenSize]);
  model.layers.forEach((layer, index) => {
    const lowering = { graph: graph.within(`layer-${index}`), options: { weights } };
    const node = lowering.graph.node;
    const keys = graph.input(`keys-${index}`, "float32", [headCount, dimension, "held"]);
    const values = graph.input(`values-${index}`, "float32", [headCount, "held", dimension]);
    const input = lowerDecoderNorm(lowering, hidden, "attention-norm", layer.attentionNorm);
    const { query, key, value } = lowerLinears(lowering, input, {
      ...{ query: layer.query, key: layer.key, value: layer.value },
    });
    const apart = graph.integers([headCount, 1, dimension]);
    const factor = graph.float(1 / Math.sqrt(dimension));
    const q = node("Mul", [node("Reshape", [query, apart]), factor]);
    const k = node("Reshape", [key, graph.integers([headCount, dimension, 1])]);
    const v = node("Reshape", [value, apart]);
    const join = (axis, ...parts) => node("Concat", parts, { attributes: { axis } });
    let output;
    if (form === "joined") {
      const p = node("Softmax", [node("MatMul", [q, join(2, keys, k)])], { attributes: { axis: -1 } });
      output = node("MatMul", [p, join(1, values, v)]);
    } else {
      const scores = join(2, node("MatMul", [q, keys]), node("MatMul", [q, k]));
      const p = node("Softmax", [scores], { attributes: { axis: -1 } });
      const [last, end, axis] = [graph.integers([-1]), graph.integers([2 ** 31 - 1]), graph.integers([2])];
      const held = node("Slice", [p, graph.integers([0]), last, axis]);
      const own = node("Slice", [p, last, end, axis]);
      output = node("Add", [node("MatMul", [held, values]), node("MatMul", [own, v])]);
    }
    graph.output(`key-row-${index}`, key, "float32", ["rows", hiddenSize]);
    graph.output(`value-row-${index}`, value, "float32", ["rows", hiddenSize]);
    const context = node("Reshape", [output, graph.integers([1, hiddenSize])]);
    const attended = node("Add", [
      lowerLinear(lowering, context, "attention-output", layer.attentionOutput),
      hidden,
    ]);
    const normed = lowerDecoderNorm(lowering, attended, "feed-forward-norm", layer.feedForwardNorm);
    const { intermediate, output: narrow, activation } = layer.feedForward;
    const wide = lowerActivation(
      lowering,
      activation,
      lowerLinear(lowering, normed, "intermediate", intermediate),
    );
    hidden = node("Add", [lowerLinear(lowering, wide, "output", narrow), attended]);
  });
  const states = lowerDecoderNorm({ graph, options: { weights } }, hidden, "final-norm", model.finalNorm);
  graph.output("states", states, "float32", ["rows", hiddenSize]);
  return graph.finish();
}

async function mediansOf(length) {
  const samples = Object.fromEntries([...names, "LM head"].map((name) => [name, []]));
  const head = () => float32.logits(new Float32Array(shape.hiddenSize), { checkpoint: () => undefined });
  for (const name of names) {
    contestants[name].prepare(length);
    for (let warmUp = 0; warmUp < 3; warmUp++) await contestants[name].step();
  }
  await head();
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn <= names.length; turn++) {
      const name = names[(round + turn) % (names.length + 1)] ?? "LM head";
      const start = performance.now();
      await (name === "LM head" ? head() : contestants[name].step());
      samples[name].push(performance.now() - start);
    }
  }
  const median = (values) => values.sort((left, right) => left - right)[values.length >> 1];
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
}

function row(...cells) {
  return cells.map((cell) => String(cell).padStart(13)).join("");
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { neverRest } from "../dist/base/checkpoint.js";
import { readSafetensors } from "../dist/base/tensor-file/safetensors.js";
import { takeTensors } from "../dist/inference/checkpoints/tensor-set.js";
import { safetensorsSource } from "../dist/inference/checkpoints/tensor-source.js";
import { loadEncoder } from "../dist/inference/encoder.js";
import { referenceEngine } from "../dist/inference/engines/engine.js";
import { tensorShapesOf } from "../dist/inference/models/architecture.js";
import { architectureOf } from "../dist/inference/models/registry.js";
import { fitToPositions } from "../dist/inference/tokenizer.js";
import { onnxEngines } from "../dist/onnx-engines.js";
import { openFolder } from "../dist/platform/node/folder.js";
import { pruningMethods } from "../dist/pruning/methods/registry.js";
import { readSpeechCommands, silentFeatures } from "../dist/quality/datasets/speech-commands.js";
import { exactly, preset, shared, texts, tokenPlan } from "./support.mjs";

export const title = "graphs on the whole test sets, and beside the reference engine";

const BATCH = 30;
const SILENCE = 0;
const NEAR_TIE = 1e-5;
const [float, int8] = onnxEngines();
const call = { methods: pruningMethods, checkpoint: neverRest, captureTensors: false };
const none = preset("none");
const argmax = (values) => values.indexOf(Math.max(...values));

/** Runs of all inputs in batches of similar length, in the order given. */
async function runAll(engine, model, inputs, plan = none) {
  const lengthOf = (index) => inputs[index].ids?.length ?? 0;
  const order = inputs.map((_, index) => index).sort((left, right) => lengthOf(left) - lengthOf(right));
  const logits = new Array(inputs.length);
  for (let first = 0; first < order.length; first += BATCH) {
    const chosen = order.slice(first, first + BATCH);
    const batch = { ...call, inputs: chosen.map((index) => inputs[index]), plan };
    const runs = await engine.runBatch(model, batch);
    for (const [at, index] of chosen.entries()) logits[index] = runs[at].logits;
  }
  return logits;
}

const tensorsOf = (...path) => {
  const file = readSafetensors(readFileSync(join(shared, "data", ...path)), path.at(-1));
  return safetensorsSource(path[0], [{ fileName: path.at(-1), file }]);
};

async function keywords(isMuted) {
  const config = JSON.parse(readFileSync(join(shared, "data", "kwt1", "config.json"), "utf8"));
  const source = tensorsOf("kwt1", "kwt1.safetensors");
  const layout = architectureOf(config, "kwt1").layoutOf(config, new Set(source.names), "kwt1");
  const tensors = takeTensors(source, tensorShapesOf(layout), { ignorePrefixes: layout.ignoredPrefixes });
  const file = join(shared, "data", "speech-commands-v2-test", "features.safetensors");
  const clips = readSpeechCommands(readFileSync(file), file);
  const [dct, scale] = [source.readFloat32("frontend.dct"), source.readFloat32("frontend.scale")];
  const silence = silentFeatures({ dct, scale }, clips.frameCount);
  const inputs = Array.from({ length: clips.clipCount }, (_, clip) => ({
    ...{ kind: "patches", patchCount: clips.frameCount },
    features: isMuted && clips.labels[clip] === SILENCE ? silence : clips.clip(clip),
  }));
  const logits = await runAll(
    float,
    layout.build((name) => tensors.get(name)),
    inputs,
  );
  return logits.filter((row, clip) => argmax(row) === clips.labels[clip]).length;
}

async function encoderOf(folder, longest) {
  const { layout, model, tokenizer } = await loadEncoder(await openFolder(join(shared, "data", folder)));
  const inputOf = (text) => {
    const { ids, typeIds } = fitToPositions(tokenizer.encode(text), longest, true);
    return { kind: "tokens", ids, typeIds };
  };
  return { layout, model, inputOf };
}

async function intents(engine, plan) {
  const { layout, model, inputOf } = await encoderOf("bert-clinc150", 512);
  const { test } = texts();
  const logits = await runAll(
    engine,
    model,
    test.map(({ text }) => inputOf(text)),
    plan,
  );
  return logits.filter((row, index) => layout.labels[argmax(row)] === test[index].label).length;
}

/** How the kept sets and logits of both engines compare on the first hundred texts. */
async function comparison(keepRatio) {
  const { model, inputOf } = await encoderOf("bert-clinc150", 512);
  const plan = tokenPlan(keepRatio);
  const counts = { equal: 0, nearTies: 0, different: 0, largest: 0 };
  for (const { text } of texts().test.slice(0, 100)) {
    const input = { ...call, input: inputOf(text), plan };
    const [expected, actual] = [
      await referenceEngine.runEncoder(model, input),
      await float.runEncoder(model, input),
    ];
    const isEqual =
      String(expected.layers.map(({ tokens }) => tokens)) ===
      String(actual.layers.map(({ tokens }) => tokens));
    if (!isEqual) counts[hasNearTie(expected) ? "nearTies" : "different"]++;
    if (!isEqual) continue;
    counts.equal++;
    const scale = Math.max(...expected.logits.map(Math.abs));
    const errors = Array.from(
      expected.logits,
      (value, index) => Math.abs(value - actual.logits[index]) / scale,
    );
    counts.largest = Math.max(counts.largest, ...errors);
  }
  return counts;
}

function hasNearTie({ layers }) {
  return layers.some(({ tokenScores }) => {
    const ordered = [...tokenScores].sort((left, right) => right - left);
    return ordered.some((score, index) => index > 0 && (ordered[index - 1] - score) / score < NEAR_TIE);
  });
}

/** Embeddings of texts, cut at the 256 tokens that the model was made for. */
async function embeddings(list) {
  const { model, inputOf } = await encoderOf("minilm-l6-v2", 256);
  return runAll(float, model, list.map(inputOf));
}

const dot = (left, right) => left.reduce((sum, value, index) => sum + value * right[index], 0);

async function nearestCentroid(train, test) {
  const vectors = await embeddings([...train, ...test].map(({ text }) => text));
  const sums = new Map();
  for (const [index, { label }] of train.entries()) {
    const sum = sums.get(label) ?? new Float64Array(vectors[index].length);
    for (const [d, value] of vectors[index].entries()) sum[d] += value;
    sums.set(label, sum);
  }
  const labels = [...sums.keys()];
  const centroids = labels.map((label) =>
    sums.get(label).map((value) => value / Math.hypot(...sums.get(label))),
  );
  return test.filter(({ label }, index) => {
    const vector = vectors[train.length + index];
    return labels[argmax(centroids.map((centroid) => dot(vector, centroid)))] === label;
  }).length;
}

async function reciprocalRank() {
  const { data } = JSON.parse(readFileSync(join(shared, "data", "xquad-en", "xquad.en.json"), "utf8"));
  const paragraphs = data.flatMap((article) => article.paragraphs);
  const questions = paragraphs.flatMap(({ qas }, home) => qas.map(({ question }) => ({ question, home })));
  const vectors = await embeddings([
    ...paragraphs.map(({ context }) => context),
    ...questions.map(({ question }) => question),
  ]);
  const ranks = questions.map(({ home }, index) => {
    const cosines = paragraphs.map((_, at) => dot(vectors[at], vectors[paragraphs.length + index]));
    return 1 + cosines.filter((cosine) => cosine > cosines[home]).length;
  });
  return ranks.reduce((sum, rank) => sum + (rank <= 10 ? 1 / rank : 0), 0) / ranks.length;
}

function comparisonStep(keepRatio) {
  return {
    id: `reference-${keepRatio.join("-")}`,
    quantity: `keep ${keepRatio.join(", ")}, first 100 texts: equal kept sets; near ties; different; largest logit error`,
    expected: "none different, at most 1e-4",
    run: async () => {
      const { equal, nearTies, different, largest } = await comparison(keepRatio);
      return {
        ours: `${equal}; ${nearTies}; ${different}; ${largest.toExponential(1)}`,
        holds: different === 0 && largest < 1e-4,
      };
    },
  };
}

export const steps = [
  comparisonStep([1, 1, 1]),
  comparisonStep([0.8, 0.6, 0.5]),
  exactly("keywords", "KWT-1, right of 4,890 clips as stored", 4532, () => keywords(false)),
  {
    id: "keywords-muted",
    quantity: "KWT-1, percent right of 4,890 clips, silence muted",
    expected: "97.5",
    run: async () => {
      const percent = ((await keywords(true)) / 4890) * 100;
      return { ours: percent.toFixed(2), holds: Math.abs(percent - 97.5) < 0.06 };
    },
  },
  exactly("intents", "CLINC150, right of 4,500, float32", 4027, () => intents(float, none)),
  {
    id: "intents-int8",
    quantity: "CLINC150, right of 4,500: int8 dense; float32 and int8 with keep 0.8, 0.6, 0.5",
    expected: "shown",
    run: async () => {
      const plan = tokenPlan([0.8, 0.6, 0.5]);
      const counts = [await intents(int8, none), await intents(float, plan), await intents(int8, plan)];
      return { ours: counts.join("; "), holds: null };
    },
  },
  exactly("sentences-intents", "MiniLM on CLINC150, nearest centroid, right of 4,500", 4124, () =>
    nearestCentroid(texts().train, texts().test),
  ),
  {
    id: "sentences-retrieval",
    quantity: "MiniLM on XQuAD, MRR@10",
    expected: "0.9278",
    run: async () => {
      const mean = await reciprocalRank();
      return { ours: mean.toFixed(4), holds: mean.toFixed(4) === "0.9278" };
    },
  },
];

import { join } from "node:path";
import { neverRest } from "../dist/base/checkpoint.js";
import { loadEncoder } from "../dist/inference/encoder.js";
import { referenceEngine } from "../dist/inference/engines/engine.js";
import { fitToPositions } from "../dist/inference/tokenizer.js";
import { onnxEngines } from "../dist/onnx-engines.js";
import { openFolder } from "../dist/platform/node/folder.js";
import { pruningMethods } from "../dist/pruning/methods/registry.js";
import { exactly, preset, shared, texts, tokenPlan } from "./support.mjs";

export const title =
  "graphs beside the reference engine, and on CLINC150; published models are in published-models";

const BATCH = 30;
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
];

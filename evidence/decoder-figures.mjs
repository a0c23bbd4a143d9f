import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runPass } from "../dist/inference/decoding/pass.js";
import { createSequence } from "../dist/inference/decoding/sequence.js";
import { densePlan } from "../dist/pruning/dense-plan.js";
import { denseWindowNats } from "../dist/quality/perplexity/window-nats.js";
import { textWindows } from "../dist/quality/perplexity/windows.js";
import { shared } from "./support.mjs";
import { KJV_BEGIN_ID, kjvText, withDecoder, xquadText } from "./support-decoders.mjs";

export const title = "published decoders, dense: reference texts, and nats a token as in their READMEs";

const read = (...parts) => readFileSync(join(shared, "data", ...parts), "utf8");
const call = { checkpoint: () => undefined };
/** Mean nats of the predicted tokens of windows. */
async function meanNats({ model }, kernels, windows) {
  let [sum, count] = [0, 0];
  for (const window of windows) {
    const nats = await denseWindowNats({ model, kernels }, window, call);
    for (const value of nats) sum += value;
    count += nats.length;
  }
  return { nats: sum / count, count };
}

/** Stories, each behind the token that begins a text. */
const stories = ({ tokenizer }) =>
  read("tinystories-sample", "tinystories_sample.txt")
    .split("<|endoftext|>")
    .map((story) => story.trim())
    .filter((story) => story !== "")
    .map((story) => [...tokenizer.encode(story).ids]);

const figures = [
  ...[
    [64, 4.1965],
    [256, 4.0535],
    [1023, 4.0126],
  ].map(([context, expected]) => ({
    ...{ model: "gpt2-kjv-shakespeare", what: `context ${context}`, expected, tolerance: 1e-4 },
    windows: ({ tokenizer }) =>
      textWindows(tokenizer.encodePlain(kjvText()).slice(0, 20_460), context, KJV_BEGIN_ID),
  })),
  ...[
    [256, 16, 3.21653],
    [1024, 4, 3.06882],
    [2048, 2, 3.06239],
  ].map(([context, count, expected]) => ({
    ...{ model: "smollm2-135m-instruct", what: `context ${context}`, expected, tolerance: 1e-4 },
    windows: ({ tokenizer }) => textWindows(tokenizer.encodePlain(xquadText()), context).slice(0, count),
  })),
  {
    ...{ model: "babyllama-105", what: "five stories, windows of 256", expected: 0.756, tolerance: 1e-3 },
    windows: (decoder) => stories(decoder).flatMap((ids) => textPieces(ids, 256)),
  },
  {
    ...{ model: "stories260k", what: "five stories", expected: 1.889, tolerance: 1e-3 },
    note: "the README's figure feeds newlines, which the vocabulary has as bytes alone, as the unknown token",
    windows: (decoder) => stories(decoder).flatMap((ids) => textPieces(ids, 512)),
  },
  {
    ...{
      model: "stories260k",
      what: "five stories, bytes as the unknown token",
      expected: 1.889,
      tolerance: 1e-3,
    },
    windows: (decoder) =>
      stories(decoder).flatMap((ids) =>
        textPieces(
          ids.map((id) => (id >= 3 && id < 259 ? 0 : id)),
          512,
        ),
      ),
  },
];

/** Pieces of at most `length` tokens; a piece of one token predicts nothing. */
function textPieces(ids, length) {
  const pieces = [];
  for (let first = 0; first < ids.length; first += length) pieces.push(ids.slice(first, first + length));
  return pieces.filter((piece) => piece.length > 1);
}

const natsStep = ({ model, what, expected, tolerance, windows, note }) => ({
  id: `${model}-${what.replace(/\W+/g, "-")}`,
  quantity: `${model}, ${what}, engine onnx`,
  expected: `${expected} nats a token`,
  run: () =>
    withDecoder(model, "onnx", async (decoder, kernels) => {
      const { nats, count } = await meanNats(decoder, kernels, windows(decoder));
      const ours = `${nats.toFixed(5)} over ${count} tokens, perplexity ${Math.exp(nats).toFixed(2)}`;
      return {
        ours: note === undefined ? ours : `${ours}; ${note}`,
        holds: Math.abs(nats - expected) <= tolerance,
      };
    }),
});

/** Largest errors against a reference file: ids, logits, importance of each layer relative to its largest. */
async function referenceErrors(name, engineId, texts) {
  return withDecoder(name, engineId, async ({ model, tokenizer }, kernels) => {
    const worst = { logit: 0, importance: 0 };
    let idsEqual = true;
    for (const { text, ids, logits, layers } of texts) {
      if (text !== undefined) idsEqual &&= String(tokenizer.encodePlain(text)) === String(ids);
      const sequence = createSequence(model, { plan: densePlan, policies: [], records: true });
      const states = await runPass(model, kernels, [{ sequence, ids }], call);
      const row = await kernels.logits(states.slice(-model.shape.hiddenSize), call);
      for (const [id, value] of logits) worst.logit = Math.max(worst.logit, Math.abs(row[id] - value));
      sequence.decisions[0].layers.forEach(({ keyImportance }, layer) => {
        const expected = layers[layer];
        const largest = Math.max(...expected);
        expected.forEach((value, position) => {
          const sum = keyImportance.reduce((total, head) => total + head[position], 0);
          worst.importance = Math.max(worst.importance, Math.abs(sum - value) / largest);
        });
      });
    }
    return { ...worst, idsEqual };
  });
}

const references = {
  "gpt2-kjv-shakespeare": () => {
    const reference = JSON.parse(read("gpt2-kjv-shakespeare", "reference.json"));
    return [
      {
        ...{ ids: reference.prompt_ids, logits: reference.last_logits_top10 },
        layers: reference.attention_column_sums,
      },
    ];
  },
  "smollm2-135m-instruct": () =>
    JSON.parse(read("smollm2-135m-instruct", "reference.json")).texts.map(({ text, ids, next, layers }) => ({
      ...{ text, ids, logits: next.map(([id, , logit]) => [id, logit]) },
      layers: layers.map(({ importance }) => importance),
    })),
};

const referenceStep = (name, engineId) => ({
  id: `${name}-reference-${engineId}`,
  quantity: `${name}, reference texts, engine ${engineId}`,
  expected: "ids equal; logits and importance within 1e-4",
  run: async () => {
    const { logit, importance, idsEqual } = await referenceErrors(name, engineId, references[name]());
    return {
      ours: `ids ${idsEqual ? "equal" : "differ"}; logits ${logit.toExponential(1)}, importance ${importance.toExponential(1)} of its largest`,
      holds: idsEqual && logit <= 1e-4 && importance <= 1e-4,
    };
  },
});

export const steps = [
  ...Object.keys(references).flatMap((name) =>
    ["reference", "onnx", "onnx-web"].map((id) => referenceStep(name, id)),
  ),
  ...figures.map(natsStep),
];

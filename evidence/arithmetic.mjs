import { join } from "node:path";
import { neverRest } from "../dist/base/checkpoint.js";
import { createSpatten } from "../dist/index.js";
import { loadEncoder } from "../dist/inference/encoder.js";
import { referenceEngine } from "../dist/inference/engines/engine.js";
import { fitToPositions } from "../dist/inference/tokenizer.js";
import { openFolder } from "../dist/platform/node/folder.js";
import { parsePlan } from "../dist/pruning/plan.js";
import { preset, shared } from "./support.mjs";

export const title = "accuracy in the machine's number formats, beside float32; nothing is pruned";

const data = (name) => join(shared, "data", name);

/** Where the whole set takes hours on the reference engine, every so many rows of it. */
const sets = [
  { model: "bert-clinc150", set: "clinc150", every: 3 },
  { model: "kwt1", set: "speech-commands-v2-test", every: 10 },
  { model: "minilm-l6-v2", set: "banking77", every: 31 },
];

const quantized = (name, quantization) => parsePlan({ name, source: "evidence", quantization });
const fixed = (bits) =>
  quantized(`${bits} bits`, { kind: "static", queryBits: bits, keyBits: bits, valueBits: bits });
// As in the released traces: low bits of K alone, V as narrow as K's high bits.
const progressive = (bits) =>
  quantized(`${bits}+4 bits`, {
    ...{ kind: "progressive", queryBits: 12, mostSignificantBits: bits, leastSignificantBits: 4 },
    ...{ valueBits: bits, maximumProbabilityThreshold: 0.1 },
  });
const settings = [
  { name: "12 bits", plan: preset("none") },
  ...[8, 6, 4].map(fixed).map((plan) => ({ name: plan.name, plan })),
  ...[8, 6].map(progressive).map((plan) => ({ name: plan.name, plan })),
];

const opened = new Map();

/** The encoder and its inputs with their labels, read once. */
async function open({ model, set, every }) {
  if (!opened.has(set)) {
    const encoder = await loadEncoder(await openFolder(data(model)));
    const dataset = await createSpatten().openDataset(data(set));
    const { rows } = await dataset.readSplit("test");
    const chosen = rows.filter((_, index) => index % every === 0);
    opened.set(set, {
      encoder,
      examples: chosen.map((row) => exampleOf(encoder, row)),
      rowCount: rows.length,
    });
  }
  return opened.get(set);
}

function exampleOf({ tokenizer, layout }, row) {
  if (row.kind === "clip") {
    const input = { kind: "patches", features: row.readFeatures(), patchCount: row.frameCount };
    return { input, label: Number(row.label) };
  }
  const { ids, typeIds } = fitToPositions(
    tokenizer.encode(row.text),
    Math.min(256, layout.positionCount),
    true,
  );
  return { input: { kind: "tokens", ids, typeIds }, label: layout.labels.indexOf(row.label) };
}

const floats = new Map();

/** The outputs in float32, one for each example; computed once for all settings. */
async function outputs({ encoder, examples }, plan, arithmetic, onRun = () => {}) {
  const results = [];
  for (const { input } of examples) {
    const run = await encoder.run(input, {
      plan,
      arithmetic,
      engine: referenceEngine,
      checkpoint: neverRest,
    });
    onRun(run);
    results.push(run.logits);
  }
  return results;
}

async function floatOutputs(entry) {
  if (!floats.has(entry.set))
    floats.set(entry.set, await outputs(await open(entry), preset("none"), "float32"));
  return floats.get(entry.set);
}

const argmax = (values) => values.indexOf(Math.max(...values));
const percent = (part) => `${(part * 100).toFixed(2)} %`;

/** Right answers of all, or for embeddings the mean and least cosine with those of float32. */
async function judge(entry, results) {
  const { encoder, examples } = await open(entry);
  const expected = await floatOutputs(entry);
  if (encoder.task === "embedding") {
    const cosines = results.map((row, at) => row.reduce((sum, x, d) => sum + x * expected[at][d], 0));
    const mean = cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
    return `cosine with float32 ${mean.toFixed(5)}, least ${Math.min(...cosines).toFixed(5)}`;
  }
  const right = results.filter((row, at) => argmax(row) === examples[at].label).length;
  const same = results.filter((row, at) => argmax(row) === argmax(expected[at])).length;
  return `${right} of ${results.length} (${percent(right / results.length)}), ${results.length - same} decided otherwise`;
}

function stepsOf(entry) {
  const where = `${entry.model}, every ${entry.every}th of ${entry.set}`;
  const float = {
    id: `${entry.model}-float32`,
    quantity: `${where}: float32`,
    expected: "shown",
    run: async () => ({ ours: await judge(entry, await floatOutputs(entry)), holds: null }),
  };
  const coded = settings.map(({ name, plan }) => ({
    id: `${entry.model}-${plan.name}`,
    quantity: `${where}: machine's formats, ${name}`,
    expected: "shown",
    run: async () => {
      const counts = { queries: 0, refetched: 0 };
      const results = await outputs(await open(entry), plan, "spatten", ({ layers }) => {
        for (const head of layers.flatMap((layer) => layer.headDecisions)) {
          counts.queries += head.valuesPerQuery.length;
          counts.refetched += head.refetchedQueries.length;
        }
      });
      const fetched =
        plan.quantization?.kind === "progressive"
          ? `; low bits for ${percent(counts.refetched / counts.queries)} of the queries`
          : "";
      return { ours: `${await judge(entry, results)}${fetched}`, holds: null };
    },
  }));
  return [float, ...coded];
}

export const steps = sets.flatMap(stepsOf);

import { join } from "node:path";
import { createSpatten } from "../dist/index.js";
import { parsePlan } from "../dist/pruning/plan.js";
import { shared } from "./support.mjs";

export const title =
  "int8 weights of 7 and of 8 bits beside float32, dense and with a mean keep of 0.8 of the tokens";

const spatten = createSpatten();
const data = (name) => join(shared, "data", name);

const sets = [
  { model: "bert-clinc150", set: "clinc150", metric: "accuracy" },
  { model: "kwt1", set: "speech-commands-v2-test", metric: "accuracy" },
  { model: "minilm-l6-v2", set: "banking77", task: "nearest-centroid", metric: "accuracy" },
  { model: "minilm-l6-v2", set: "xquad-en", metric: "mrr-10" },
];
const engines = ["onnx", "onnx-int8", "onnx-int8-full"];

const plan = parsePlan({
  name: "keep-0.8",
  source: "evidence",
  tokens: {
    schedule: {
      ...{ kind: "linear", averageKeepRatio: 0.8, startKeepRatio: 0.95 },
      ...{ unprunedLayersRatio: 0.15, unprunedLayersRounding: "ceil" },
    },
    ...{ ratioOf: "original", rounding: "ceil", minimumCount: 1, method: "spatten" },
    protect: { firstCount: 1, lastCount: 0 },
  },
});

async function measure({ model, set, task, metric }, engine) {
  const { metrics, savings } = await spatten.evaluate({
    ...{ model: data(model), dataset: await spatten.openDataset(data(set)), plan, engine, task },
    ...(model === "minilm-l6-v2" ? { maximumTokenCount: 256 } : {}),
    resampleCount: 1000,
  });
  const { dense, pruned, rightCount, difference } = metrics.find(({ id }) => id === metric);
  const figure = ({ value }) => (metric === "accuracy" ? `${(value * 100).toFixed(2)} %` : value.toFixed(4));
  const counts = rightCount === undefined ? "" : ` (${rightCount.dense} and ${rightCount.pruned} right)`;
  const points = [difference.low, difference.high].map((bound) => (bound * 100).toFixed(2)).join(" to ");
  const kept = `${(savings.meanTokenKeepRatio * 100).toFixed(0)} % of the tokens`;
  return `${figure(dense)} dense, ${figure(pruned)} pruned${counts}, ${points} points, ${kept}`;
}

export const steps = sets.flatMap((entry) =>
  engines.map((engine) => ({
    id: `${entry.model}-${entry.set}-${engine}`,
    quantity: `${entry.model} on ${entry.set}, ${entry.metric}, ${engine}`,
    expected: "shown",
    run: async () => ({ ours: await measure(entry, engine), holds: null }),
  })),
);

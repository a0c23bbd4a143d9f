import { join } from "node:path";
import { createSpatten } from "../dist/index.js";
import { shared } from "./support.mjs";

export const title =
  "the largest savings within 0.5 points, searched on validation rows and judged on test rows";

const FLOOR_POINTS = 0.5;
const data = (name) => join(shared, "data", name);

/** Model, data set, task, engine, and what keeps the search short: rows looked at, and of each class. */
const SEARCHES = [
  {
    id: "bert-clinc150",
    model: data("bert-clinc150"),
    dataset: join(data("clinc150"), "data_full.json"),
    limit: 1000,
  },
  {
    id: "kwt1",
    model: data("kwt1"),
    dataset: data("speech-commands-v2-test"),
    limit: 1000,
    muteSilence: true,
  },
  {
    id: "minilm-banking77",
    model: data("minilm-l6-v2"),
    dataset: data("banking77"),
    task: "nearest-centroid",
    limit: 600,
    supportPerClass: 10,
    maximumTokenCount: 256,
  },
];

export const steps = SEARCHES.map(({ id, dataset, ...search }) => ({
  id: `${id} at ${FLOOR_POINTS}`,
  quantity: "saved within the floor on validation; dense → pruned on test",
  expected: "the test figure was never looked at before",
  run: async () => {
    const spatten = createSpatten();
    const tuning = await spatten.tune({
      ...{ engine: "onnx", floorPoints: FLOOR_POINTS, objective: "dram", trialBudget: 120, test: true },
      ...search,
      dataset: await spatten.openDataset(dataset),
    });
    return { ours: sentenceOf(tuning), holds: null };
  },
}));

function sentenceOf({ finding, chosen, dataset, metric, search, test }) {
  const ratio = (saving) => `${saving.savedRatio.toFixed(2)}x`;
  const percent = (value) => `${(value * 100).toFixed(2)} %`;
  const figure = test.metrics.find(({ id }) => id === metric.id);
  const { savings } = test;
  const { low, high, value } = figure.difference;
  const { quantization, values } = chosen.plan;
  const bits =
    quantization === undefined
      ? "12 bits"
      : `${quantization.queryBits}/${quantization.keyBits}/${quantization.valueBits} bits`;
  return [
    `${finding}, ${search.triedCount} plans tried`,
    `validation (${dataset.rowCount} rows) ${percent(chosen.quality.dense.value)} → ${percent(chosen.quality.pruned.value)}`,
    `test (${test.dataset.rowCount} rows) ${percent(figure.dense.value)} → ${percent(figure.pruned.value)}, ` +
      `${(value * 100).toFixed(2)} points [${(low * 100).toFixed(2)}, ${(high * 100).toFixed(2)}]`,
    `tokens kept ${percent(savings.meanTokenKeepRatio)} of ${savings.meanTokenCount.toFixed(1)}, heads ${percent(savings.meanHeadKeepRatio)}, ` +
      `values ${percent(values?.keepRatio ?? 1)}, ${bits}`,
    `attention operations ${ratio(savings.attentionOperations)}`,
    `DRAM ${ratio(savings.dramBytesAgainst.float32)} against float32, ${ratio(savings.dramBytesAgainst.sameBits)} against the same bits`,
  ].join("; ");
}

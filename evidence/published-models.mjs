import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openRowLog } from "../dist/cli/row-log.js";
import { createSpatten } from "../dist/index.js";
import { buildName, root, shared } from "./support.mjs";

export const title = "published encoders on their data sets, dense: counts of their READMEs";

const spatten = createSpatten();
const data = (name) => join(shared, "data", name);

/** Figures of the READMEs beside the data; a tolerance where decisions hang on gaps below single precision. */
const figures = [
  { model: "kwt1", set: "speech-commands-v2-test", metric: "accuracy", expected: 4532, of: 4890 },
  {
    model: "kwt1",
    set: "speech-commands-v2-test",
    muteSilence: true,
    metric: "accuracy",
    percent: "97.55",
    of: 4890,
  },
  {
    model: "minilm-l6-v2",
    set: "banking77",
    task: "nearest-centroid",
    metric: "accuracy",
    expected: 2617,
    of: 3080,
  },
  {
    ...{ model: "minilm-l6-v2", set: "banking77", task: "nearest-neighbours", metric: "accuracy" },
    ...{ expected: 2820, tolerance: 6, of: 3080 },
  },
  {
    model: "minilm-l6-v2",
    set: "clinc150",
    task: "nearest-centroid",
    metric: "accuracy",
    expected: 4124,
    of: 4500,
  },
  { model: "minilm-l6-v2", set: "xquad-en", metric: "mrr-10", fourDigits: "0.9278", of: 1190 },
  { model: "minilm-l6-v2", set: "xquad-en", metric: "recall-1", expected: 1053, of: 1190 },
  { model: "minilm-l6-v2", set: "xquad-en", metric: "recall-5", expected: 1168, of: 1190 },
];

/** The dense evaluation; its rows are kept in .evidence/, so that a stopped step goes on. */
async function measure({ model, set, task, muteSilence = false }, engine, limit) {
  const rows = join(root, ".evidence", "rows");
  mkdirSync(rows, { recursive: true });
  const name = [buildName(), model, set, engine, muteSilence ? "muted" : "stored"].join("-");
  let log;
  try {
    return await spatten.evaluate({
      model: data(model),
      dataset: await spatten.openDataset(data(set)),
      plan: "none",
      engine,
      task,
      muteSilence,
      limit,
      ...(model === "minilm-l6-v2" ? { maximumTokenCount: 256 } : {}),
      resampleCount: 1,
      resume: async (hash) => {
        log = await openRowLog(join(rows, `${name}.jsonl`), hash);
        return log.finished;
      },
      onRow: (row) => log.append(row),
    });
  } finally {
    await log?.close();
  }
}

function verdict({ expected, tolerance = 0, percent, fourDigits }, { dense, rightCount }) {
  const value = dense.value;
  if (percent !== undefined) return (value * 100).toFixed(2) === percent;
  if (fourDigits !== undefined) return value.toFixed(4) === fourDigits;
  return Math.abs(rightCount.dense - expected) <= tolerance;
}

function shown({ dense, rightCount }) {
  return rightCount === undefined
    ? dense.value.toFixed(4)
    : `${rightCount.dense} (${(dense.value * 100).toFixed(2)} %)`;
}

const expectedText = ({ expected, tolerance, percent, fourDigits, of }) =>
  `expected ${fourDigits ?? (percent === undefined ? expected : `${percent} %`)}${tolerance === undefined ? "" : ` ± ${tolerance}`} of ${of}`;

const nameOf = ({ model, set, task, muteSilence, metric }) =>
  [model, set, task, muteSilence ? "silence muted" : undefined, metric].filter(Boolean).join(", ");

/** The first 100 rows by the reference engine: shown, since the READMEs count whole sets. */
const firstRows = (figure) => ({
  id: `first-100-${nameOf(figure)}`,
  quantity: `reference, first 100: ${nameOf(figure)}`,
  expected: "shown",
  run: async () => {
    const { metrics } = await measure(figure, "reference", 100);
    return { ours: shown(metrics.find(({ id }) => id === figure.metric)), holds: null };
  },
});

/** The whole set by a fast engine, or a word why not. */
const wholeSet = (figure, engine) => ({
  id: `${engine}-${nameOf(figure)}`,
  quantity: `${engine}, whole set: ${nameOf(figure)}`,
  expected: expectedText(figure),
  run: async () => {
    if (!spatten.engines.some(({ id }) => id === engine)) {
      return { ours: `skipped: engine ${engine} is not in this build`, holds: null };
    }
    try {
      const { metrics } = await measure(figure, engine);
      const found = metrics.find(({ id }) => id === figure.metric);
      return { ours: shown(found), holds: verdict(figure, found) };
    } catch (error) {
      if (error.code !== "missing-engine") throw error;
      return { ours: `skipped: ${error.message}`, holds: null };
    }
  },
});

// A clip takes the reference engine a sixth of a second, so that its whole set is minutes; texts would be hours.
const isShort = ({ model }) => model === "kwt1";
export const steps = [
  ...figures.map((figure) => (isShort(figure) ? wholeSet(figure, "reference") : firstRows(figure))),
  ...figures.map((figure) => wholeSet(figure, "onnx")),
];

// all-MiniLM-L6-v2 on the paragraphs of XQuAD: how well a question finds its paragraph, and how many texts a second, dense and
// under plans that remove tokens. Usage: node bench/sentences.bench.mjs [BATCH] (after npm run build; needs shared/data)
import { join } from "node:path";
import { createSpatten } from "../dist/index.js";
import { machineLine } from "./side-by-side.mjs";

const data = join(import.meta.dirname, "..", "..", "shared", "data");
const BATCH = Number(process.argv[2] ?? 8);
/** What the last of six layers still works on; the first two work on everything, those between go down in equal steps. */
const LAST_KEEP_RATIOS = [0.9, 0.7, 0.5, 0.3];

const spatten = createSpatten();
const dataset = await spatten.openDataset(join(data, "xquad-en"));
console.log(`MiniLM on XQuAD (en), engine onnx, batches of ${BATCH}, ${machineLine()}`);
console.log("dense and pruned run by turns, batch by batch; texts are questions and paragraphs\n");
console.log(row("last keep", "mean keep", "MRR@10", "pruned", "dense /s", "pruned /s", "gain"));
for (const last of LAST_KEEP_RATIOS) {
  const { metrics, savings } = await spatten.evaluate({
    ...{ model: join(data, "minilm-l6-v2"), engine: "onnx", dataset, task: "retrieval", batchSize: BATCH },
    ...{ plan: planTo(last), maximumTokenCount: 256, resampleCount: 10 },
  });
  const { dense, pruned } = metrics.find(({ id }) => id === "mrr-10");
  const times = savings.measuredMilliseconds;
  const speed = (milliseconds) => ((1000 * savings.inputCount) / milliseconds).toFixed(1);
  console.log(
    row(
      ...[last, savings.meanTokenKeepRatio.toFixed(3), dense.value.toFixed(4), pruned.value.toFixed(4)],
      ...[speed(times.dense), speed(times.pruned), (times.dense / times.pruned).toFixed(2)],
    ),
  );
}

function planTo(last) {
  const keepRatio = [1, 1, ...[1, 2, 3, 4].map((step) => 1 - ((1 - last) * step) / 4)];
  return {
    ...{ name: `to-${last}`, source: "bench" },
    tokens: {
      schedule: { kind: "per-layer", keepRatio },
      ...{ ratioOf: "original", rounding: "ceil", minimumCount: 4, method: "spatten" },
      protect: { firstCount: 1, lastCount: 1 },
    },
  };
}

function row(...cells) {
  return cells.map((cell) => String(cell).padStart(11)).join("");
}

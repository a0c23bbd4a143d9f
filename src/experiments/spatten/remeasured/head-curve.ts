import { groupsOf } from "../../../base/groups-of.ts";
import { loadEncoder } from "../../../inference/encoder.ts";
import { pruningMethods } from "../../../pruning/methods/registry.ts";
import { type PruningPlan, parsePlan } from "../../../pruning/plan.ts";
import { classOf } from "../../../quality/evaluation/class-names.ts";
import { createInputRunner } from "../../../quality/evaluation/input-runner.ts";
import { labelOf } from "../../../quality/evaluation/model-tasks.ts";
import type { Remeasurement } from "../../ledger/remeasurement.ts";
import { headCurveResult, remeasuredEncoder } from "./needs.ts";
import { changeName, headCurveRatios, largestWithoutLoss } from "./trade-off.ts";

const BITS = 12;
const PERCENT = 100;
const BATCH_TEXTS = 64;
/** Every fourth test text, of every class alike: the reference engine is slow. */
const TEXT_STRIDE = 4;
/** SpAtten, section III: typically the first 30 % of the layers keep all heads. */
const UNPRUNED_LAYERS_RATIO = 0.3;

/**
 * Heads that each layer keeps, so that all together keep 1 in `ratio`, rounded: those behind the unpruned layers lose one
 * after the other, the deepest first, and as many again from there.
 */
export function headCounts(layerCount: number, headCount: number, ratio: number): readonly number[] {
  const counts = new Array<number>(layerCount).fill(headCount);
  const prunable = layerCount - Math.round(UNPRUNED_LAYERS_RATIO * layerCount);
  const dropped = layerCount * headCount - Math.round((layerCount * headCount) / ratio);
  for (let index = 0; index < dropped; index++) counts[layerCount - 1 - (index % prunable)]!--;
  return counts;
}

function planOf(keepCount: readonly number[]): PruningPlan {
  return parsePlan({
    name: `heads ${keepCount.join(", ")}`,
    source: "SpAtten (HPCA 2021), Fig 21: head pruning alone, static 12 bits",
    heads: {
      schedule: { kind: "counts", keepCount },
      ...{ ratioOf: "original", rounding: "round", minimumCount: 1 },
    },
    quantization: { kind: "static", queryBits: BITS, keyBits: BITS, valueBits: BITS },
  });
}

/** Fig 21, right, on our classifier: how accuracy changes with the reduction of heads. */
export const remeasuredHeadCurve: Remeasurement = {
  ...headCurveResult,
  title: "Accuracy against the reduction of heads",
  run: async ({ openModel, openDataset, engine, checkpoint, onProgress }) => {
    const encoder = await loadEncoder(await openModel(remeasuredEncoder.name));
    const split = await (await openDataset(remeasuredEncoder.dataset)).readSplit("test");
    const rows = split.rows.filter((_, index) => index % TEXT_STRIDE === 0);
    const { layerCount, headCount } = encoder.layout.shape;
    const runInputs = createInputRunner({ encoder, engine, methods: pruningMethods, checkpoint });
    const labels = encoder.layout.labels;
    const inputs = rows.map((row, index) => {
      const { label, where } = labelOf(row);
      const text = "text" in row ? row.text : "";
      return {
        kind: "text" as const,
        key: String(index),
        where,
        text,
        expected: classOf({ label, where }, labels),
      };
    });
    const points: { ratio: number; kept: readonly number[]; rightCount: number }[] = [];
    for (const ratio of [1, ...headCurveRatios]) {
      const kept = headCounts(layerCount, headCount, ratio);
      const setting = { plan: planOf(kept), arithmetic: "float32" } as const;
      let rightCount = 0;
      for (const group of groupsOf(inputs, BATCH_TEXTS)) {
        const runs = await runInputs(group, setting);
        for (const [index, { prediction }] of runs.entries()) {
          if (prediction?.kind === "classification" && prediction.label === group[index]!.expected)
            rightCount++;
        }
        await checkpoint();
      }
      points.push({ ratio, kept, rightCount });
      onProgress?.({ stage: "ratios", done: points.length, total: headCurveRatios.length + 1 });
    }
    const whole = points[0]!.rightCount;
    const changes = points.slice(1).map(({ ratio, rightCount }) => ({
      ratio,
      change: PERCENT * (rightCount / whole - 1),
    }));
    return {
      on: `${remeasuredEncoder.name} (BERT layout, ${layerCount} layers of ${headCount} heads), not fine-tuned, ${rows.length} test texts of ${remeasuredEncoder.dataset}`,
      values: {
        "accuracy-1": (PERCENT * whole) / rows.length,
        ...Object.fromEntries(changes.map(({ ratio, change }) => [changeName(ratio), change])),
        "largest-without-loss": largestWithoutLoss(changes),
      },
      notes: [
        "change in percent of the accuracy with all heads; static 12 bits throughout",
        `whole heads cannot meet a ratio exactly: each takes the nearest number of the ${layerCount * headCount}`,
        "the paper fine-tunes BERT-Base on CoLA and judges by Matthews correlation; here nothing was trained after pruning",
        ...points.map(
          ({ ratio, kept, rightCount }) =>
            `ratio ${ratio}: heads kept by layer ${kept.join(", ")}, ${rightCount} of ${rows.length} right`,
        ),
      ],
    };
  },
};

import type { RuntimeTensors } from "../../../base/onnx-runtime.ts";
import { fixedHeadsAtLayer } from "../../../pruning/fixed-heads.ts";
import type { PruningPlan } from "../../../pruning/plan.ts";
import { keepCountAtLayer } from "../../../pruning/schedule.ts";
import type { EncoderRun, HeadDecision, LayerDecision } from "../../decisions.ts";
import { type EncoderModel, linearWork } from "../../models/encoder-model.ts";
import { keptCounts } from "./keep-tables.ts";
import { layerOutputs } from "./lower-decisions.ts";
import { answerOutputs } from "./lower-encoder.ts";

/** One input of a batch that a graph has run. */
export interface RunPlace {
  readonly model: EncoderModel;
  readonly plan: PruningPlan;
  /** Which input of the batch, and how many rows it has. */
  readonly index: number;
  readonly rowCount: number;
}

/** What a graph with every decision tells about one of its inputs, as the reference engine would tell it. */
export function readRun(outputs: RuntimeTensors, place: RunPlace): EncoderRun {
  const { model, plan, rowCount } = place;
  const { shape } = model;
  const counts = keptCounts(plan, shape.layerCount, rowCount);
  const layers: LayerDecision[] = [];
  for (const [layer, tokenCount] of counts.entries()) {
    const nextCount = counts[layer + 1] ?? tokenCount;
    layers.push(readLayer(outputs, place, { layer, tokenCount, nextCount, before: layers.at(-1) }));
  }
  const kept = counts.at(-1)!;
  return {
    logits: Float32Array.from(rowsOf(outputs, answerOutputs.logits, place, answerRows(model, kept))),
    outputTokens: rowsOf(outputs, answerOutputs.positions, place, [kept]),
    layers,
  };
}

interface LayerCounts {
  readonly layer: number;
  readonly tokenCount: number;
  readonly nextCount: number;
  readonly before: LayerDecision | undefined;
}

function readLayer(outputs: RuntimeTensors, place: RunPlace, counts: LayerCounts): LayerDecision {
  const { shape } = place.model;
  const { layer, tokenCount, nextCount, before } = counts;
  const names = layerOutputs(layer);
  const heads =
    fixedHeadsAtLayer(place.plan, layer, shape.headCount) ??
    Array.from({ length: shape.headCount }, (_, head) => head);
  const headImportance = rowsOf(outputs, names.headImportance, place, [heads.length]);
  const headScores = headImportance.map(
    (score, slot) => score + (before?.headScores[before.heads.indexOf(heads[slot]!)] ?? 0),
  );
  const most = rowsOf(outputs, names.maximumProbability, place, [heads.length, tokenCount]);
  return {
    layer,
    tokens: rowsOf(outputs, names.positions, place, [tokenCount]),
    heads: [...heads],
    headDecisions: heads.map((head, slot) =>
      headDecision(head, most.slice(slot * tokenCount, (slot + 1) * tokenCount)),
    ),
    tokenScores: rowsOf(outputs, names.scores, place, [tokenCount]),
    tokenImportance: rowsOf(outputs, names.importance, place, [tokenCount]),
    headScores,
    headImportance,
    ...(isRanked(place, layer + 1, tokenCount) ? { tokenTopK: { n: tokenCount, k: nextCount } } : {}),
    hiddenNorm: rowsOf(outputs, names.hiddenNorm, place, [])[0]!,
    linearMultiplyAccumulates: linearWork(shape, tokenCount, nextCount, heads.length),
  };
}

/** Whether a layer's budget asks for fewer tokens than there are; protected ones may stay all the same. */
function isRanked({ model, plan, rowCount }: RunPlace, layer: number, currentCount: number): boolean {
  const { layerCount } = model.shape;
  if (plan.tokens === undefined || layer >= layerCount) return false;
  const context = { layer, layerCount, originalCount: rowCount, currentCount };
  return keepCountAtLayer(plan.tokens, context) < currentCount;
}

/** Graphs prune no values and compute no query twice. */
function headDecision(head: number, maximumProbability: readonly number[]): HeadDecision {
  const rows = maximumProbability.length;
  return {
    head,
    valueRowCount: rows,
    valuesPerQuery: new Array<number>(rows).fill(rows),
    refetchedQueries: [],
    maximumProbability,
  };
}

function answerRows({ head, shape }: EncoderModel, kept: number): number[] {
  if (head.kind === "mean") return [shape.hiddenSize];
  const outputs = head.layers.at(-1)?.linear.outputs ?? shape.hiddenSize;
  return head.kind === "each-token" ? [kept, outputs] : [outputs];
}

/** The elements of one input of a batch, without the padding of its rows: `wanted` are the sizes behind the batch. */
function rowsOf(
  outputs: RuntimeTensors,
  name: string,
  { index }: RunPlace,
  wanted: readonly number[],
): number[] {
  const { data, shape } = outputs[name]!;
  const sizes = shape.slice(1);
  const stride = sizes.reduce((product, size) => product * size, 1);
  const values = data.subarray(index * stride, (index + 1) * stride);
  const [rows, columns = 1] = wanted;
  const [, allColumns = 1] = sizes;
  if (rows === undefined) return Array.from(values, Number);
  return Array.from({ length: rows * columns }, (_, at) =>
    Number(values[Math.floor(at / columns) * allColumns + (at % columns)]!),
  );
}

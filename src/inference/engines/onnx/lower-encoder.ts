import { finish, type Steps } from "../../../base/checkpoint.ts";
import { SpattenError } from "../../../base/errors.ts";
import { type GraphBuilder, OPERATOR_SET_VERSION } from "../../../graph/graph-builder.ts";
import type { OnnxModel, OperatorSet } from "../../../graph/onnx-model.ts";
import { fixedHeadsAtLayer } from "../../../pruning/fixed-heads.ts";
import type { PruningPlan } from "../../../pruning/plan.ts";
import type { EncoderLayer, EncoderModel } from "../../models/encoder-model.ts";
import { type KeepTables, keepTablesOf } from "./keep-tables.ts";
import { type LoweredAttention, lowerAttention, lowerTokenImportance } from "./lower-attention.ts";
import { loweredMethods, lowerSelection } from "./lower-cascade.ts";
import { layerOutputs, lowerAttentionRecord, lowerHiddenNorm } from "./lower-decisions.ts";
import { longestInput, lowerEmbeddings } from "./lower-embeddings.ts";
import { lowerHead } from "./lower-head.ts";
import { lowerActivation, lowerLinear, lowerNorm } from "./lower-linear.ts";
import type { AttentionForm, Lowering, LoweringOptions, TokenRows } from "./lowering.ts";
import { attentionOfHeads } from "./slice-heads.ts";

/** Names of the outputs that every graph has. */
export const answerOutputs = {
  logits: "logits",
  /** Positions that leave the last layer (batch, kept). */
  positions: "output_positions",
  /** How many of them are tokens, in a batch (batch). */
  counts: "output_counts",
} as const;

/**
 * An encoder under a plan as a graph of standard operators, the cascade of token pruning inside. The plan must have
 * passed `requireLowering`. @throws SpattenError `config` for a plan whose schedule or fixed heads are at fault.
 */
export function lowerEncoder(model: EncoderModel, plan: PruningPlan, options: LoweringOptions): OnnxModel {
  return finish(lowerEncoderSteps(model, plan, options));
}

/** The same, resting between layers: scaling, slicing and quantizing the weights of a large model takes seconds. */
export function* lowerEncoderSteps(
  model: EncoderModel,
  plan: PruningPlan,
  options: LoweringOptions,
): Steps<OnnxModel> {
  const { shape } = model;
  requireDense(plan, options);
  const tables = keepTablesOf(plan, shape.layerCount, longestInput(model));
  const { lowering, rows: firstRows } = lowerEmbeddings(model, options);
  const task: LayerTask = { model, plan, tables, batch: options.form === "one" ? 1 : "batch" };
  let rows = firstRows;
  for (const [index, layer] of model.layers.entries()) {
    const graph = lowering.graph.within(`layer.${index}`);
    rows = lowerLayer({ ...lowering, graph }, task, index, layer, rows);
    yield { stage: "graph", done: index + 1, total: shape.layerCount };
  }
  if (model.finalNorm !== undefined) {
    rows = { ...rows, hidden: lowerNorm(lowering, rows.hidden, "finalNorm", model.finalNorm) };
  }
  const { graph } = lowering;
  const answer = lowerHead(lowering, model.head, rows, shape.hiddenSize);
  graph.output(answerOutputs.logits, answer.value, "float32", [task.batch, ...answer.shape]);
  graph.output(answerOutputs.positions, rows.positions, "int64", [task.batch, "kept"]);
  outputCounts(graph, answerOutputs.counts, rows);
  return graph.finish({
    operatorSets: operatorSetsOf(options.attention),
    metadata: { plan: JSON.stringify(plan), weights: options.weights },
  });
}

function operatorSetsOf(attention: AttentionForm = "standard"): readonly OperatorSet[] {
  if (attention === "operator-set-23") return [{ domain: "", version: 23 }];
  const standard = { domain: "", version: OPERATOR_SET_VERSION };
  return attention === "standard" ? [standard] : [standard, { domain: "com.microsoft", version: 1 }];
}

/** A fused attention hands out no probabilities, and sees no padding. */
function requireDense(plan: PruningPlan, { attention = "standard", form, outputs }: LoweringOptions): void {
  if (attention === "standard") return;
  if (isWholePlan(plan) && form === "one" && outputs === "answer") return;
  throw new SpattenError(
    "config",
    "a fused attention tells no importance, sees no padding and takes no codes",
    {
      where: `plan ${plan.name}`,
      got: `attention ${attention}, form ${form}, outputs ${outputs}`,
      expected: "a plan without tokens and quantization, form one, outputs answer",
    },
  );
}

function isWholePlan({ tokens, quantization }: PruningPlan): boolean {
  return tokens === undefined && quantization === undefined;
}

interface LayerTask {
  readonly model: EncoderModel;
  readonly plan: PruningPlan;
  readonly tables: KeepTables;
  readonly batch: number | string;
}

function lowerLayer(
  lowering: Lowering,
  task: LayerTask,
  index: number,
  layer: EncoderLayer,
  rows: TokenRows,
): TokenRows {
  const { model, plan } = task;
  const { headCount, headDimension } = model.shape;
  const heads = fixedHeadsAtLayer(plan, index, headCount) ?? Array.from({ length: headCount }, (_, id) => id);
  const weights = attentionOfHeads(layer, heads, headDimension);
  const isPost = model.normPlacement === "post";
  const input = isPost ? rows.hidden : lowerNorm(lowering, rows.hidden, "attentionNorm", layer.attentionNorm);
  const attention = lowerAttention(lowering, input, rows, {
    ...{ weights, dimension: headDimension, quantization: plan.quantization },
  });
  const isWhole = isStandard(attention);
  const step = isWhole
    ? lowerStep(lowering, task, index, rows, attention.probabilities)
    : { rows, gather: (matrix: string) => matrix };
  if (isWhole && lowering.options.outputs === "decisions") {
    lowerAttentionRecord(lowering, index, attention, rows, task.batch);
  }
  const residual = step.gather(rows.hidden);
  const projected = lowerLinear(
    lowering,
    step.gather(attention.context),
    "attentionOutput",
    weights.attentionOutput,
  );
  const added = lowering.graph.node("Add", [projected, residual]);
  const attended = isPost ? lowerNorm(lowering, added, "attentionNorm", layer.attentionNorm) : added;
  const between = isPost ? attended : lowerNorm(lowering, attended, "outputNorm", layer.outputNorm);
  const wide = lowerActivation(
    lowering,
    model.activation,
    lowerLinear(lowering, between, "intermediate", layer.intermediate),
  );
  const sum = lowering.graph.node("Add", [lowerLinear(lowering, wide, "output", layer.output), attended]);
  const hidden = isPost ? lowerNorm(lowering, sum, "outputNorm", layer.outputNorm) : sum;
  const next = { ...step.rows, hidden };
  if (lowering.options.outputs === "decisions") lowerHiddenNorm(lowering, index, next, task.batch);
  return next;
}

function isStandard(attention: LoweredAttention): attention is Required<LoweredAttention> {
  return attention.probabilities !== undefined;
}

interface LoweredStep {
  readonly rows: Omit<TokenRows, "hidden">;
  gather(matrix: string): string;
}

/** Scores after a layer's attention, and what stays for the next one. */
function lowerStep(
  lowering: Lowering,
  { plan, tables, batch }: LayerTask,
  index: number,
  rows: TokenRows,
  probabilities: string,
): LoweredStep {
  const { graph } = lowering;
  const { tokens } = plan;
  const keep: LoweredStep = { rows, gather: (matrix) => matrix };
  const isReplayed = lowering.options.outputs !== "answer";
  const prunesLater = tables.some((table, layer) => layer > index && isDifferent(table, tables[index]!));
  if (!prunesLater && !isReplayed) return keep;
  const importance = lowerTokenImportance(lowering, probabilities, rows);
  const scores = loweredMethods[tokens?.method ?? "spatten"]!(lowering, rows.scores, importance);
  if (isReplayed) {
    const names = layerOutputs(index);
    graph.output(names.positions, rows.positions, "int64", [batch, `rows_${index}`]);
    graph.output(names.importance, importance, "float32", [batch, `rows_${index}`]);
    graph.output(names.scores, scores, "float32", [batch, `rows_${index}`]);
    outputCounts(graph, names.counts, rows);
  }
  const scored = { ...rows, scores };
  const table = tables[index + 1];
  if (tokens === undefined || table === undefined || !isDifferent(table, tables[index]!)) {
    return { ...keep, rows: scored };
  }
  const kept = graph.tensor("kept", BigInt64Array.from(table.map(BigInt)), [table.length]);
  const counts = graph.node("Gather", [kept, lowering.lengths]);
  return lowerSelection(lowering, scored, counts, tokens.protect);
}

function isDifferent(left: readonly number[], right: readonly number[]): boolean {
  return left.some((count, length) => count !== right[length]);
}

function outputCounts(graph: GraphBuilder, name: string, { padding }: TokenRows): void {
  if (padding !== undefined) graph.output(name, padding.counts, "int64", ["batch"]);
}

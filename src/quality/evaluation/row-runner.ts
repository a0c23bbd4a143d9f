import type { Checkpoint } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { Registry } from "../../base/registry.ts";
import type { Arithmetic } from "../../inference/arithmetic.ts";
import type { LayerDecision } from "../../inference/decisions.ts";
import type { LoadedEncoder } from "../../inference/encoder.ts";
import type { Engine } from "../../inference/engines/engine.ts";
import { type Prediction, wholePredictionOf } from "../../inference/predictions.ts";
import { type TextPair, textModelOf } from "../../inference/text-model.ts";
import type { PruningMethod } from "../../pruning/methods/method.ts";
import { type PruningPlan, parsePlan } from "../../pruning/plan.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type { Answer, EvaluationInput, FinishedRow, Outcome } from "./outcome.ts";

/** What a machine says of a workload, as far as savings need it. */
export type Price = (
  workload: AttentionWorkload,
) => Promise<Pick<Outcome, "attentionOperations" | "dramBytes" | "cycles" | "energyPicojoules">>;

export interface RowRunnerOptions {
  readonly encoder: LoadedEncoder;
  readonly plan: PruningPlan;
  readonly engine: Engine;
  /** The numbers of the pruned runs, by default `float32`, as the dense ones always are. */
  readonly arithmetic?: Arithmetic | undefined;
  readonly methods: Registry<PruningMethod>;
  /** Texts are cut there, or at the model's positions. */
  readonly maximumTokenCount?: number | undefined;
  readonly price: Price;
  /** Milliseconds of any origin. */
  readonly clock: () => number;
  readonly checkpoint: Checkpoint;
}

/** Runs one input, dense and pruned. */
export type RunRow = (input: EvaluationInput) => Promise<FinishedRow>;

/** The plan that removes nothing. */
export const densePlan: PruningPlan = parsePlan({ name: "none", source: "nothing is removed" });

/** Whether a plan removes and narrows nothing. */
export function isDense({ tokens, heads, values, quantization }: PruningPlan): boolean {
  return [tokens, heads, values, quantization].every((part) => part === undefined);
}

/** Runs several inputs, dense and pruned. */
export type RunRows = (inputs: readonly EvaluationInput[]) => Promise<FinishedRow[]>;

/** A way to run inputs on a loaded encoder; what would be computed twice alike runs once. */
export function createRowRunner(options: RowRunnerOptions): RunRow {
  const runRows = createBatchRunner(options);
  return async (input) => (await runRows([input]))[0]!;
}

/** The same for several inputs at one time; a row's time is then its part of what all of them took. */
export function createBatchRunner(options: RowRunnerOptions): RunRows {
  const { encoder, plan, arithmetic = "float32" } = options;
  const text = encoder.layout.vocabularySize === undefined ? undefined : textModelOf(encoder, encoder.name);
  const runUnder = async (
    inputs: readonly EvaluationInput[],
    chosen: PruningPlan,
    chosenArithmetic: Arithmetic,
  ): Promise<Outcome[]> => {
    const { engine, methods, checkpoint, clock } = options;
    const common = { plan: chosen, arithmetic: chosenArithmetic, engine, methods, checkpoint };
    const startedAt = clock();
    const runs =
      text === undefined
        ? await runPatches(encoder, inputs, common)
        : await text.runBatch(inputs.map(requireText), {
            ...common,
            maximumTokenCount: options.maximumTokenCount ?? encoder.layout.positionCount,
            batchSize: inputs.length,
          });
    const measuredMilliseconds = (clock() - startedAt) / inputs.length;
    return Promise.all(
      runs.map(async (run) => ({
        answer: answerOf(run.prediction),
        ...keptParts(run.layers, encoder),
        ...(await options.price(run.workload)),
        measuredMilliseconds,
      })),
    );
  };
  return async (inputs) => {
    const dense = await runUnder(inputs, densePlan, "float32");
    const isSame = isDense(plan) && arithmetic === "float32";
    const pruned = isSame ? dense : await runUnder(inputs, plan, arithmetic);
    return inputs.map(({ key }, at) => ({ key, dense: dense[at]!, pruned: pruned[at]! }));
  };
}

function requireText(input: EvaluationInput): TextPair {
  if (input.kind === "text") return input;
  throw new SpattenError("input", "this model takes texts", { where: input.where, got: "features" });
}

async function runPatches(
  encoder: LoadedEncoder,
  inputs: readonly EvaluationInput[],
  options: Parameters<LoadedEncoder["run"]>[1],
) {
  const patches = inputs.map((input) => {
    if (input.kind === "patches") return input;
    const details = { where: input.where, expected: "features" };
    throw new SpattenError("input", "this model does not take texts", details);
  });
  const runs = await encoder.runBatch(patches, options);
  return runs.map((run) => ({ ...run, prediction: wholePredictionOf(encoder.layout, run.logits) }));
}

function keptParts(layers: readonly LayerDecision[], encoder: LoadedEncoder) {
  const tokenCount = layers[0]!.tokens.length;
  const meanOf = (value: (layer: LayerDecision) => number): number =>
    layers.reduce((sum, layer) => sum + value(layer), 0) / layers.length;
  return {
    tokenCount,
    tokenKeepRatio: meanOf((layer) => layer.tokens.length / tokenCount),
    headKeepRatio: meanOf((layer) => layer.heads.length / encoder.layout.shape.headCount),
    linearOperations: 2 * layers.length * meanOf((layer) => layer.linearMultiplyAccumulates),
  };
}

/** Digits that give every single-precision number back. */
const FLOAT32_DIGITS = 9;

function answerOf(prediction: Prediction | undefined): Answer {
  switch (prediction?.kind) {
    case "classification":
      return { kind: "class", label: prediction.label };
    case "regression":
      return { kind: "value", value: prediction.value };
    case "embedding":
      return {
        kind: "vector",
        vector: Array.from(prediction.vector, (value) => Number(value.toPrecision(FLOAT32_DIGITS))),
      };
    case "span":
      return { kind: "span", text: prediction.answer };
    default:
      throw new SpattenError("usage", "there is no measure of quality for this head", {
        got: prediction?.kind ?? "an output for each patch",
        expected: "a class, a number, an embedding or a span",
      });
  }
}

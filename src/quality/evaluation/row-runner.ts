import type { Checkpoint } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { Registry } from "../../base/registry.ts";
import type { Arithmetic } from "../../inference/arithmetic.ts";
import type { LayerDecision } from "../../inference/decisions.ts";
import type { LoadedEncoder } from "../../inference/encoder.ts";
import type { Engine } from "../../inference/engines/engine.ts";
import { type Prediction, wholePredictionOf } from "../../inference/predictions.ts";
import { textModelOf } from "../../inference/text-model.ts";
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

/** A way to run inputs on a loaded encoder; what would be computed twice alike runs once. */
export function createRowRunner(options: RowRunnerOptions): RunRow {
  const { encoder, plan, arithmetic = "float32" } = options;
  const text = encoder.layout.vocabularySize === undefined ? undefined : textModelOf(encoder, encoder.name);
  const runUnder = async (
    input: EvaluationInput,
    chosen: PruningPlan,
    chosenArithmetic: Arithmetic,
  ): Promise<Outcome> => {
    const { engine, methods, checkpoint, clock } = options;
    const common = { plan: chosen, arithmetic: chosenArithmetic, engine, methods, checkpoint };
    const startedAt = clock();
    const run = await (input.kind === "text"
      ? requireTextModel(text, input).run(input.text, {
          ...common,
          context: input.context,
          maximumTokenCount: options.maximumTokenCount ?? encoder.layout.positionCount,
        })
      : runPatches(encoder, input, common));
    const measuredMilliseconds = clock() - startedAt;
    return {
      answer: answerOf(run.prediction),
      ...keptParts(run.layers, encoder),
      ...(await options.price(run.workload)),
      measuredMilliseconds,
    };
  };
  return async (input) => {
    const dense = await runUnder(input, densePlan, "float32");
    const isSame = isDense(plan) && arithmetic === "float32";
    return { key: input.key, dense, pruned: isSame ? dense : await runUnder(input, plan, arithmetic) };
  };
}

function requireTextModel<Model>(model: Model | undefined, { where }: EvaluationInput): Model {
  if (model !== undefined) return model;
  throw new SpattenError("input", "this model does not take texts", { where, expected: "features" });
}

async function runPatches(
  encoder: LoadedEncoder,
  input: Extract<EvaluationInput, { kind: "patches" }>,
  options: Parameters<LoadedEncoder["run"]>[1],
) {
  if (encoder.model.embeddings.kind !== "patches") {
    throw new SpattenError("input", "this model takes texts", { where: input.where, got: "features" });
  }
  const run = await encoder.run(
    { kind: "patches", features: input.features, patchCount: input.patchCount },
    options,
  );
  return { ...run, prediction: wholePredictionOf(encoder.layout, run.logits) };
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

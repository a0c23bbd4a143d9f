import type { Checkpoint } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { Registry } from "../../base/registry.ts";
import type { LayerDecision } from "../../inference/decisions.ts";
import type { LoadedEncoder } from "../../inference/encoder.ts";
import type { Engine } from "../../inference/engines/engine.ts";
import { type Prediction, wholePredictionOf } from "../../inference/predictions.ts";
import { textModelOf } from "../../inference/text-model.ts";
import type { PruningMethod } from "../../pruning/methods/method.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type { EvaluationInput } from "./outcome.ts";

export interface InputRunnerOptions {
  readonly encoder: LoadedEncoder;
  readonly engine: Engine;
  readonly methods: Registry<PruningMethod>;
  /** Texts are cut there, or at the model's positions. */
  readonly maximumTokenCount?: number | undefined;
  readonly checkpoint: Checkpoint;
}

/** What a run of an input leaves to be judged and priced. */
export interface InputRun {
  readonly prediction: Prediction | undefined;
  readonly layers: readonly LayerDecision[];
  readonly workload: AttentionWorkload;
}

/** Runs an input, text or patches, under a plan. */
export type RunInput = (input: EvaluationInput, plan: PruningPlan) => Promise<InputRun>;

/** A way to run inputs of either kind on a loaded encoder. */
export function createInputRunner(options: InputRunnerOptions): RunInput {
  const { encoder, engine, methods, checkpoint } = options;
  const text = encoder.layout.vocabularySize === undefined ? undefined : textModelOf(encoder, encoder.name);
  return (input, plan) => {
    const common = { plan, engine, methods, checkpoint };
    if (input.kind === "patches") return runPatches(encoder, input, common);
    return requireTextModel(text, input).run(input.text, {
      ...common,
      context: input.context,
      maximumTokenCount: options.maximumTokenCount ?? encoder.layout.positionCount,
    });
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

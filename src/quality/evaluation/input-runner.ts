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

/** How inputs are run. */
export interface RunSetting {
  readonly plan: PruningPlan;
  readonly arithmetic: Arithmetic;
}

/** What a run of an input leaves to be judged and priced. */
export interface InputRun {
  readonly prediction: Prediction | undefined;
  readonly layers: readonly LayerDecision[];
  readonly workload: AttentionWorkload;
}

/** Runs inputs, texts or patches, in one go. */
export type RunInputs = (inputs: readonly EvaluationInput[], setting: RunSetting) => Promise<InputRun[]>;

/** A way to run inputs of either kind on a loaded encoder. */
export function createInputRunner(options: InputRunnerOptions): RunInputs {
  const { encoder, engine, methods, checkpoint } = options;
  const text = encoder.layout.vocabularySize === undefined ? undefined : textModelOf(encoder, encoder.name);
  return async (inputs, { plan, arithmetic }) => {
    const common = { plan, arithmetic, engine, methods, checkpoint };
    if (text === undefined) return runPatches(encoder, inputs, common);
    return text.runBatch(inputs.map(requireText), {
      ...common,
      maximumTokenCount: options.maximumTokenCount ?? encoder.layout.positionCount,
      batchSize: inputs.length,
    });
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

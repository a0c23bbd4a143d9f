import type { Checkpoint } from "../base/checkpoint.ts";
import { neverRest, type Progress } from "../base/checkpoint.ts";
import { SpattenError } from "../base/errors.ts";
import type { FolderReader } from "../base/folder-reader.ts";
import type { Registry } from "../base/registry.ts";
import type { PruningMethod } from "../pruning/methods/method.ts";
import { pruningMethods } from "../pruning/methods/registry.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import { validatePlan } from "../pruning/schedule.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import type { LayerDecision } from "./decisions.ts";
import type { Engine } from "./engines/engine.ts";
import { loadEncoder } from "./load-encoder.ts";
import type { ModelLayout, Task } from "./models/architecture.ts";
import { type Prediction, predictionOf } from "./predictions.ts";
import { recordWorkload } from "./recorder.ts";
import { createTokenizer, fitToPositions } from "./tokenizer.ts";

/** One text under one plan: the answer, every decision on the way, and the attention work that it is. */
export interface TextRun {
  readonly text: string;
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly plan: PruningPlan;
  readonly prediction: Prediction;
  readonly layers: readonly LayerDecision[];
  readonly workload: AttentionWorkload;
}

export interface TextRunOptions {
  readonly plan: PruningPlan;
  readonly engine: Engine;
  readonly methods?: Registry<PruningMethod> | undefined;
  /** Second text of a pair: the context of a question. */
  readonly context?: string | undefined;
  /** Cuts a text that has more tokens than the model has positions. */
  readonly truncate?: boolean | undefined;
  /** Keeps Q, K and V of every head among the decisions. */
  readonly captureTensors?: boolean | undefined;
  readonly checkpoint?: Checkpoint | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A loaded model of texts. */
export interface TextModel {
  readonly name: string;
  readonly labels: readonly string[];
  readonly layerCount: number;
  readonly headCount: number;
  readonly headDimension: number;
  readonly positionCount: number;
  /** What its output means. */
  readonly task: Task;
  run(text: string, options: TextRunOptions): Promise<TextRun>;
}

/** Loads a model of texts from a Hugging Face folder. @throws SpattenError `missing-model`, `checkpoint`. */
export async function loadTextModel(folder: FolderReader): Promise<TextModel> {
  const { files, layout, model } = await loadEncoder(folder, (found) => requireTokens(found, folder.name));
  const vocabularySize = requireTokens(layout, folder.name);
  const tokenizer = createTokenizer(files.tokenizer, files.tokenizerConfig, folder.name);
  const name = folder.name.split(/[\\/]/).findLast((part) => part !== "") ?? folder.name;
  const shape = {
    name,
    layerCount: layout.shape.layerCount,
    headCount: layout.shape.headCount,
    headDimension: layout.shape.headDimension,
  };

  return {
    ...shape,
    labels: layout.labels,
    positionCount: layout.positionCount,
    task: layout.task,
    run: async (text, options) => {
      const { plan, engine, onProgress } = options;
      validatePlan(plan, layout.shape.layerCount);
      if (model.head.kind === "first-token") requireFirstToken(plan);
      const whole = tokenizer.encode(text, options.context);
      const encoded = fitToPositions(whole, layout.positionCount, options.truncate === true);
      checkIds(encoded.ids, vocabularySize, folder.name);
      const run = await engine.runEncoder(model, {
        input: { kind: "tokens", ids: encoded.ids, typeIds: encoded.typeIds },
        plan,
        methods: options.methods ?? pruningMethods,
        checkpoint: options.checkpoint ?? neverRest,
        captureTensors: options.captureTensors === true,
        signal: options.signal,
        onLayer: onProgress && ((done, total) => onProgress({ stage: plan.name, done, total })),
      });
      return {
        text,
        ids: encoded.ids,
        tokens: encoded.tokens,
        plan,
        prediction: predictionOf(layout, run, encoded, tokenizer),
        layers: run.layers,
        workload: recordWorkload({ ...shape, tokenCount: encoded.ids.length }, plan, run.layers),
      };
    },
  };
}

function requireTokens({ vocabularySize, task }: ModelLayout, where: string): number {
  if (vocabularySize !== undefined) return vocabularySize;
  throw new SpattenError("missing-engine", "this model does not take texts", {
    where,
    got: `${task} of patches`,
    expected: "a model of tokens",
  });
}

/** The classifier reads the first token: a plan that may drop it has no answer. */
function requireFirstToken(plan: PruningPlan): void {
  if (plan.tokens === undefined || plan.tokens.protect.firstCount >= 1) return;
  throw new SpattenError("config", "this plan may drop the first token, which the classifier reads", {
    where: `plan ${plan.name} at tokens.protect.firstCount`,
    got: "0",
    expected: "at least 1",
  });
}

function checkIds(ids: readonly number[], vocabularySize: number, where: string): void {
  const bad = ids.find((id) => !(id >= 0 && id < vocabularySize));
  if (bad === undefined) return;
  throw new SpattenError("checkpoint", "the tokenizer knows more pieces than the model", {
    where,
    got: `id ${bad}`,
    expected: `below ${vocabularySize}`,
  });
}

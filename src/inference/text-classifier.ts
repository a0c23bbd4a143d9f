import type { Checkpoint } from "../base/checkpoint.ts";
import { neverRest, type Progress } from "../base/checkpoint.ts";
import { SpattenError } from "../base/errors.ts";
import type { FolderReader } from "../base/folder-reader.ts";
import type { Registry } from "../base/registry.ts";
import type { PruningMethod } from "../pruning/methods/method.ts";
import { pruningMethods } from "../pruning/methods/registry.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import { validatePlan } from "../pruning/schedule.ts";
import { softmax } from "../pruning/softmax.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import { loadHuggingFaceFolder } from "./checkpoints/hugging-face-folder.ts";
import { takeTensors } from "./checkpoints/tensor-set.ts";
import type { LayerDecision } from "./decisions.ts";
import type { Engine } from "./engines/engine.ts";
import { type ModelLayout, tensorShapesOf } from "./models/architecture.ts";
import { architectureOf } from "./models/registry.ts";
import { recordWorkload } from "./recorder.ts";
import { createTokenizer, fitToPositions } from "./tokenizer.ts";

/** The most probable class, its probability, and the scores of all classes in the model's order. */
export interface Prediction {
  readonly label: string;
  readonly probability: number;
  readonly logits: Float32Array;
}

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

export interface ClassifyOptions {
  readonly plan: PruningPlan;
  readonly engine: Engine;
  readonly methods?: Registry<PruningMethod> | undefined;
  /** Cuts a text that has more tokens than the model has positions. */
  readonly truncate?: boolean | undefined;
  /** Keeps Q, K and V of every head among the decisions. */
  readonly captureTensors?: boolean | undefined;
  readonly checkpoint?: Checkpoint | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A loaded model that classifies texts. */
export interface TextClassifier {
  readonly name: string;
  readonly labels: readonly string[];
  readonly layerCount: number;
  readonly headCount: number;
  readonly headDimension: number;
  readonly positionCount: number;
  classify(text: string, options: ClassifyOptions): Promise<TextRun>;
}

/** Loads a classifier of texts from a Hugging Face folder. @throws SpattenError `missing-model`, `checkpoint`. */
export async function loadTextClassifier(folder: FolderReader): Promise<TextClassifier> {
  const files = await loadHuggingFaceFolder(folder, folder.name);
  const architecture = architectureOf(files.config, folder.name);
  const names = new Set(files.tensors.names);
  const layout = architecture.layoutOf(files.config, names, `${folder.name}/config.json`);
  requireClassification(layout, folder.name);
  const tensors = takeTensors(files.tensors, tensorShapesOf(layout), {
    ignorePrefixes: layout.ignoredPrefixes,
  });
  const model = layout.build((tensor) => tensors.get(tensor)!);
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
    classify: async (text, options) => {
      const { plan, engine, onProgress } = options;
      validatePlan(plan, layout.shape.layerCount);
      requireFirstToken(plan);
      const encoded = fitToPositions(tokenizer.encode(text), layout.positionCount, options.truncate === true);
      checkIds(encoded.ids, layout.vocabularySize ?? 0, folder.name);
      const run = await engine.runEncoder(model, {
        input: { kind: "tokens", ids: encoded.ids },
        plan,
        methods: options.methods ?? pruningMethods,
        checkpoint: options.checkpoint ?? neverRest,
        captureTensors: options.captureTensors === true,
        onLayer: onProgress && ((done, total) => onProgress({ stage: plan.name, done, total })),
      });
      return {
        text,
        ...encoded,
        plan,
        prediction: predict(run.logits, layout.labels),
        layers: run.layers,
        workload: recordWorkload({ ...shape, tokenCount: encoded.ids.length }, plan, run.layers),
      };
    },
  };
}

/** Other heads have other answers. */
function requireClassification({ task, vocabularySize }: ModelLayout, where: string): void {
  if (task === "classification" && vocabularySize !== undefined) return;
  throw new SpattenError("missing-engine", "this model does not classify texts", {
    where,
    got: vocabularySize === undefined ? `${task} of patches` : task,
    expected: "classification of texts",
  });
}

function predict(logits: Float32Array, labels: readonly string[]): Prediction {
  const probabilities = softmax(logits);
  const best = probabilities.reduce((top, value, id) => (value > probabilities[top]! ? id : top), 0);
  return { label: labels[best]!, probability: probabilities[best]!, logits };
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

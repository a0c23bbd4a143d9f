import type { Checkpoint } from "../base/checkpoint.ts";
import { neverRest, type Progress } from "../base/checkpoint.ts";
import { SpattenError } from "../base/errors.ts";
import type { FolderReader } from "../base/folder-reader.ts";
import type { Registry } from "../base/registry.ts";
import { describeValue } from "../base/schema.ts";
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
import { parseBertConfig } from "./models/bert-config.ts";
import { assembleBert, bertTensorShapes } from "./models/bert-weights.ts";
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

/** Loads a BERT classifier from a Hugging Face folder. @throws SpattenError `missing-model`, `checkpoint`. */
export async function loadTextClassifier(folder: FolderReader): Promise<TextClassifier> {
  const files = await loadHuggingFaceFolder(folder, folder.name);
  requireKnownType(files.config, folder.name);
  const config = parseBertConfig(files.config, `${folder.name}/config.json`);
  const tensors = takeTensors(files.tensors, bertTensorShapes(config), {
    ignorePrefixes: ["bert.embeddings.position_ids"],
  });
  const weights = assembleBert(config, (name) => tensors.get(name)!);
  const tokenizer = createTokenizer(files.tokenizer, files.tokenizerConfig, folder.name);
  const name = folder.name.split(/[\\/]/).findLast((part) => part !== "") ?? folder.name;
  const shape = {
    name,
    layerCount: config.layerCount,
    headCount: config.headCount,
    headDimension: config.headDimension,
  };

  return {
    ...shape,
    labels: config.labels,
    positionCount: config.positionCount,
    classify: async (text, options) => {
      const { plan, engine, onProgress } = options;
      validatePlan(plan, config.layerCount);
      requireFirstToken(plan);
      const encoded = fitToPositions(tokenizer.encode(text), config.positionCount, options.truncate === true);
      checkIds(encoded.ids, config.vocabularySize, folder.name);
      const run = await engine.runEncoder(config, weights, {
        ids: encoded.ids,
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
        prediction: predict(run.logits, config.labels),
        layers: run.layers,
        workload: recordWorkload({ ...shape, tokenCount: encoded.ids.length }, plan, run.layers),
      };
    },
  };
}

/** A model of another type is not broken: there is only nothing here yet that runs it. */
function requireKnownType(config: unknown, where: string): void {
  const type = (config as { model_type?: unknown } | null)?.model_type;
  if (typeof type !== "string" || type === "bert") return;
  throw new SpattenError("missing-engine", "no engine runs this type of model yet", {
    where,
    got: describeValue(type),
    expected: '"bert"',
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

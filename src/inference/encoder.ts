import type { Checkpoint } from "../base/checkpoint.ts";
import { neverRest } from "../base/checkpoint.ts";
import { SpattenError } from "../base/errors.ts";
import type { FolderReader } from "../base/folder-reader.ts";
import type { Registry } from "../base/registry.ts";
import type { PruningMethod } from "../pruning/methods/method.ts";
import { pruningMethods } from "../pruning/methods/registry.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import { validatePlan } from "../pruning/schedule.ts";
import type { AttentionWorkload } from "../workload/attention-workload.ts";
import { type Arithmetic, requireArithmetic } from "./arithmetic.ts";
import { type HuggingFaceFiles, lastPart } from "./checkpoints/hugging-face-folder.ts";
import { openCheckpoint } from "./checkpoints/open-checkpoint.ts";
import { takeTensors } from "./checkpoints/tensor-set.ts";
import type { EncoderRun } from "./decisions.ts";
import { type Engine, runInputs } from "./engines/engine.ts";
import { type ModelLayout, requirePlausible, type Task, tensorShapesOf } from "./models/architecture.ts";
import { type EncoderModel, type ModelInput, rowCountOf } from "./models/encoder-model.ts";
import { architectureOf } from "./models/registry.ts";
import { recordWorkload } from "./recorder.ts";
import { createTokenizer, type TextEncoderOfModel } from "./tokenizer.ts";

export interface EncoderOptions {
  readonly plan: PruningPlan;
  readonly engine: Engine;
  readonly methods?: Registry<PruningMethod> | undefined;
  /** By default `float32`. */
  readonly arithmetic?: Arithmetic | undefined;
  /** Keeps Q, K and V of every head among the decisions. */
  readonly captureTensors?: boolean | undefined;
  readonly checkpoint?: Checkpoint | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onLayer?: ((done: number, total: number) => void) | undefined;
}

/** What a model of sound brings along to turn log energies into features. */
export interface SoundFrontend {
  /** (features, mel bands) */
  readonly dct: Float32Array;
  /** (features) */
  readonly scale: Float32Array;
}

/** A loaded encoder of tokens or patches, whatever its head. */
export interface LoadedEncoder {
  readonly name: string;
  readonly layout: ModelLayout;
  readonly task: Task;
  readonly model: EncoderModel;
  /** Absent in a model of patches. */
  readonly tokenizer?: TextEncoderOfModel | undefined;
  readonly frontend?: SoundFrontend | undefined;
  /** Runs an input under a plan. @throws SpattenError `config`, `missing-engine`, `aborted`. */
  run(input: ModelInput, options: EncoderOptions): Promise<RecordedRun>;
  /**
   * Runs inputs of unequal lengths under a plan, in one go where the engine can; each keeps what it keeps alone.
   * @throws SpattenError as `run` does.
   */
  runBatch(inputs: readonly ModelInput[], options: EncoderOptions): Promise<RecordedRun[]>;
}

/** An answer, its decisions, and the attention work that they are. */
export type RecordedRun = EncoderRun & { readonly workload: AttentionWorkload };

/** Loads an encoder from a Hugging Face folder. @throws SpattenError `missing-model`, `missing-engine`, `checkpoint`. */
export async function loadEncoder(folder: FolderReader): Promise<LoadedEncoder> {
  const where = folder.name;
  const takes = (config: unknown) => architectureOf(config, where).takes;
  return encoderOf(await openCheckpoint(folder, where, (config) => takes(config) === "tokens"), where);
}

/** The encoder in an opened checkpoint; `where` names it. @throws SpattenError as `loadEncoder` does. */
export async function encoderOf(files: HuggingFaceFiles, where: string): Promise<LoadedEncoder> {
  const names = new Set(files.tensors.names);
  const layout = architectureOf(files.config, where).layoutOf(files.config, names, `${where}/config.json`);
  requirePlausible(layout, names, `${where}/config.json`);
  const tensors = await takeTensors(files.tensors, tensorShapesOf(layout), {
    ignorePrefixes: layout.ignoredPrefixes,
  });
  const model = layout.build((tensor) => tensors.get(tensor)!);
  const name = lastPart(where);
  const { layerCount, headCount, headDimension } = layout.shape;
  const runBatch: LoadedEncoder["runBatch"] = async (
    inputs,
    { plan, engine, arithmetic = "float32", ...options },
  ) => {
    validatePlan(plan, layerCount);
    requireArithmetic(engine, arithmetic, plan);
    if (model.head.kind === "first-token") requireFirstToken(plan);
    const runs = await runInputs(engine, model, {
      inputs,
      plan,
      methods: options.methods ?? pruningMethods,
      checkpoint: options.checkpoint ?? neverRest,
      arithmetic,
      captureTensors: options.captureTensors === true,
      signal: options.signal,
      onLayer: options.onLayer,
    });
    return runs.map((run, index) => {
      requireFiniteAnswer(run.logits, where);
      const tokenCount = rowCountOf(inputs[index]!);
      const shape = { name, layerCount, headCount, headDimension, tokenCount };
      return { ...run, workload: recordWorkload(shape, plan, run.layers, arithmetic) };
    });
  };
  return {
    name,
    layout,
    task: layout.task,
    model,
    tokenizer:
      files.tokenizer === undefined
        ? undefined
        : createTokenizer(files.tokenizer, files.tokenizerConfig, where),
    frontend:
      names.has("frontend.dct") && names.has("frontend.scale")
        ? {
            dct: await files.tensors.readFloat32("frontend.dct"),
            scale: await files.tensors.readFloat32("frontend.scale"),
          }
        : undefined,
    run: async (input, options) => (await runBatch([input], options))[0]!,
    runBatch,
  };
}

/** Weights that are finite may still overflow on the way. */
function requireFiniteAnswer(logits: Float32Array, where: string): void {
  const bad = logits.find((value) => !Number.isFinite(value));
  if (bad === undefined) return;
  throw new SpattenError("checkpoint", "the model's output is not a finite number", {
    where,
    got: String(bad),
    hint: "are these the weights as they were published?",
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

import type { LongCallOptions } from "./base/checkpoint.ts";
import { SpattenError } from "./base/errors.ts";
import type { Arithmetic } from "./inference/arithmetic.ts";
import type { TextModel, TextPair, TextRun, TextRunOptions } from "./inference/text-model.ts";
import type { PruningPlan } from "./pruning/plan.ts";

export interface RunOptions extends LongCallOptions {
  /** Name of a preset, or a plan. */
  readonly plan?: string | PruningPlan;
  readonly engine?: string;
  /** The numbers of the attention: `float32` (default), or the machine's own on engine `reference`. */
  readonly arithmetic?: Arithmetic;
  readonly truncate?: boolean;
  /** Second text of a pair: the context of a question. */
  readonly context?: string;
  /** Keeps Q, K and V of every head among the decisions. */
  readonly captureTensors?: boolean;
}

export interface BatchOptions extends Omit<RunOptions, "context"> {
  /** Texts in one run of the engine; by default 8. */
  readonly batchSize?: number;
}

/** A loaded model: its shape, and a way to run it. */
export interface Model extends Omit<TextModel, "run" | "runBatch">, AsyncDisposable {
  /** Runs a text under a plan. @throws SpattenError `input`, `config`, `aborted`. */
  run(text: string, options?: RunOptions): Promise<TextRun>;
  /**
   * Runs texts, or questions with their contexts, of any lengths: several in one run of an engine that can. Each result is
   * what `run` gives for it alone. @throws SpattenError as `run` does.
   */
  runBatch(texts: readonly (string | TextPair)[], options?: BatchOptions): Promise<TextRun[]>;
  /** Lets go of the weights; a closed model runs nothing more. */
  close(): Promise<void>;
}

/** A model that runs until it is closed; `resolve` finds what the names in a run's options stand for. */
export function openModel(loaded: TextModel, resolve: (options: RunOptions) => TextRunOptions): Model {
  let model: TextModel | undefined = loaded;
  const close = async (): Promise<void> => {
    model = undefined;
  };
  const { name, labels, layerCount, headCount, headDimension, positionCount, task } = loaded;
  const open = (): TextModel => {
    if (model === undefined) throw new SpattenError("usage", `the model ${name} is closed`);
    return model;
  };
  return {
    name,
    labels,
    layerCount,
    headCount,
    headDimension,
    positionCount,
    task,
    run: async (text, options = {}) => open().run(text, resolve(options)),
    runBatch: async (texts, { batchSize, ...options } = {}) =>
      open().runBatch(texts, { ...resolve(options), batchSize: requireBatchSize(batchSize) }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The size of a batch as it was asked for, if at all. @throws SpattenError `usage` for no whole number above 0. */
export function requireBatchSize(batchSize: number | undefined): number | undefined {
  if (batchSize === undefined || (Number.isInteger(batchSize) && batchSize >= 1)) return batchSize;
  const details = { got: String(batchSize), expected: "a whole number of at least 1" };
  throw new SpattenError("usage", "a batch has no such size", details);
}

import type { Checkpoint, LongCallOptions } from "./base/checkpoint.ts";
import { SpattenError } from "./base/errors.ts";
import type { FolderReader } from "./base/folder-reader.ts";
import { configHash } from "./base/json.ts";
import type { Registry } from "./base/registry.ts";
import { defaultRows } from "./defaults.ts";
import type { Arithmetic } from "./inference/arithmetic.ts";
import type { Engine } from "./inference/engines/engine.ts";
import type { LoadedModel } from "./inference/load-model.ts";
import type { Machine } from "./machines/machine.ts";
import { requireBatchSize } from "./model.ts";
import type { PruningMethod } from "./pruning/methods/method.ts";
import type { PruningPlan } from "./pruning/plan.ts";
import type { CachePolicy } from "./pruning/policies/policy.ts";
import type { Dataset } from "./quality/datasets/dataset.ts";
import { decoderDataset, type RowProtocol } from "./quality/decoder-dataset.ts";
import { createDecoderRunner } from "./quality/evaluation/decoder-runner.ts";
import { type Evaluation, evaluate } from "./quality/evaluation/evaluate.ts";
import { modelHashOf } from "./quality/evaluation/identity.ts";
import type { FinishedRow } from "./quality/evaluation/outcome.ts";
import { createOutcomeRunner, type Price, type RunOutcomes } from "./quality/evaluation/outcome-runner.ts";
import { rememberedPrice } from "./quality/evaluation/remembered-price.ts";
import { createRowRunner } from "./quality/evaluation/row-runner.ts";
import { usualBootstrap } from "./quality/metrics/bootstrap.ts";

/** What runs an input of an evaluation; plain data but for a `model` or `plan` that is not a name. */
export interface RowRequest extends Pick<LongCallOptions, "signal"> {
  /** Name or folder of a model, or a reader of one. */
  readonly model?: string | FolderReader;
  /** Name of a preset, or a plan; by default `clinc150-safe`, for a decoder `half-cache`. */
  readonly plan?: string | PruningPlan;
  readonly engine?: string;
  /** The numbers that the pruned runs are computed in; the dense ones are always `float32`, the default. */
  readonly arithmetic?: Arithmetic;
  /** Texts with more tokens are cut, marks included; by default at an encoder's positions. A decoder has windows. */
  readonly maximumTokenCount?: number;
}

/** How a decoder's rows are made out of texts. */
export interface DecoderRows extends Partial<Omit<RowProtocol, "seed">> {}

export interface EvaluateRequest extends RowRequest, LongCallOptions, DecoderRows {
  readonly dataset: Dataset;
  /** By default the first of test, validation and train that is there. */
  readonly split?: string;
  /** By default the first that fits. */
  readonly task?: string;
  /** Judges the first rows only. */
  readonly limit?: number;
  /** Gives clips of silence the features of no sound. */
  readonly muteSilence?: boolean;
  /** Seed of the intervals. */
  readonly seed?: number;
  readonly resampleCount?: number;
  /** Runs the inputs elsewhere, such as in worker threads, `concurrency` groups of them at one time. */
  readonly runOutcomes?: RunOutcomes;
  readonly concurrency?: number;
  /** Rows in one run of an engine that can. */
  readonly batchSize?: number;
  /** Gives the finished rows of an earlier evaluation with this hash of its configuration. */
  readonly resume?: (configHash: string) => Promise<ReadonlyMap<string, FinishedRow>>;
  /** Sees each row as soon as it is finished. */
  readonly onRow?: (row: FinishedRow) => void | Promise<void>;
}

const decoderRowNames = Object.keys(defaultRows) as (keyof DecoderRows)[];

/** What a request's names stand for. */
export interface ResolvedRequest {
  readonly model: LoadedModel;
  readonly plan: PruningPlan;
  readonly engine: Engine;
  readonly methods: Registry<PruningMethod>;
  readonly policies: Registry<CachePolicy>;
  /** Tells operations, bytes and cycles, analytically. */
  readonly machine: Machine;
  readonly checkpoint: Checkpoint;
}

/** A way to run inputs of an evaluation, and to let go of what it holds. */
export interface OpenedRunner {
  readonly runOutcomes: RunOutcomes;
  close(): Promise<void>;
}

/** A way to run inputs of an evaluation on the request's model. */
export function outcomeRunnerOf(
  { machine, model, policies, ...rest }: Omit<ResolvedRequest, "plan">,
  { maximumTokenCount, signal }: RowRequest,
): OpenedRunner {
  const common = { clock: () => performance.now(), price: priceOn(machine, rest.checkpoint), ...rest };
  if (model.task === "generation") {
    requireWholeTexts(maximumTokenCount);
    return createDecoderRunner({ ...common, decoder: model, policies, signal });
  }
  const price = rememberedPrice(common.price);
  return {
    runOutcomes: createOutcomeRunner({ ...common, encoder: model, maximumTokenCount, price }),
    close: async () => undefined,
  };
}

function requireWholeTexts(maximumTokenCount: number | undefined): void {
  if (maximumTokenCount === undefined) return;
  throw new SpattenError("usage", "a decoder's texts are not cut at a number of tokens", {
    hint: "--window (windowTokenCount) says how long its windows are",
  });
}

/** The data set as the model's rows. */
export function rowsFor(
  { model, checkpoint }: Pick<ResolvedRequest, "model" | "checkpoint">,
  { dataset, task, seed = 0, ...request }: Pick<EvaluateRequest, "dataset" | "task" | "seed"> & DecoderRows,
): Dataset {
  if (model.task !== "generation") {
    requireNoDecoderRows(request, model.name);
    return dataset;
  }
  const protocol = {
    windowTokenCount: request.windowTokenCount ?? defaultRows.windowTokenCount,
    begin: request.begin ?? defaultRows.begin,
    lengthTokenCounts: request.lengthTokenCounts ?? defaultRows.lengthTokenCounts,
    depthRatios: request.depthRatios ?? defaultRows.depthRatios,
    drawCount: request.drawCount ?? defaultRows.drawCount,
    seed,
  };
  return decoderDataset(dataset, model, task, protocol, checkpoint);
}

function requireNoDecoderRows(rows: DecoderRows, where: string): void {
  const given = decoderRowNames.find((name) => rows[name] !== undefined);
  if (given === undefined) return;
  throw new SpattenError("usage", "windows and hidden facts are a decoder's", {
    ...{ where, got: `${given} for an encoder` },
    hint: "leave it out, or name a decoder with --model (model)",
  });
}

/** The evaluation that a request describes. */
export async function evaluateResolved(
  resolved: ResolvedRequest,
  request: EvaluateRequest,
): Promise<Evaluation> {
  const dataset = rowsFor(resolved, request);
  const { runOutcomes } = request;
  if (runOutcomes !== undefined) return evaluateRows(resolved, { ...request, dataset, runOutcomes });
  const own = outcomeRunnerOf(resolved, request);
  try {
    return await evaluateRows(resolved, { ...request, dataset, runOutcomes: own.runOutcomes });
  } finally {
    await own.close();
  }
}

/** The same on rows as the model takes them. */
export function evaluateRows(
  { model, plan, engine, machine, checkpoint }: ResolvedRequest,
  request: EvaluateRequest & { readonly runOutcomes: RunOutcomes },
): Promise<Evaluation> {
  const { resume, seed, resampleCount } = request;
  const setting = { plan, arithmetic: request.arithmetic ?? "float32" };
  return evaluate({
    ...{ model, plan, checkpoint },
    arithmetic: request.arithmetic,
    dataset: request.dataset,
    split: request.split,
    task: request.task,
    limit: request.limit,
    muteSilence: request.muteSilence,
    runRows: createRowRunner(request.runOutcomes, setting),
    batchSize: requireBatchSize(request.batchSize),
    concurrency: request.concurrency ?? 1,
    resume:
      resume &&
      ((data) =>
        resume(
          configHash({
            data,
            model: modelHashOf(model),
            plan,
            engine: engine.id,
            arithmetic: request.arithmetic ?? "float32",
            machine: [machine.id, machine.parameters],
            maximumTokenCount: request.maximumTokenCount ?? null,
            muteSilence: request.muteSilence === true,
          }),
        )),
    onRow: request.onRow,
    onProgress: request.onProgress,
    bootstrap: {
      ...usualBootstrap,
      ...(seed === undefined ? {} : { seed }),
      ...(resampleCount === undefined ? {} : { resampleCount }),
    },
  });
}

function priceOn(machine: Machine, checkpoint: Checkpoint): Price {
  return async (workload) => {
    const { operations, bytes, cycles, energyPicojoules } = await machine.simulate(workload, {
      ...{ fidelity: "analytical", checkpoint },
    });
    return {
      attentionOperations: operations.executed + operations.recomputed,
      dramBytes: bytes.total,
      operandDramBytes: { query: bytes.query, key: bytes.key + bytes.keyLsb, value: bytes.value },
      cycles,
      energyPicojoules: energyPicojoules.total,
    };
  };
}

import type { Checkpoint, LongCallOptions } from "./base/checkpoint.ts";
import type { FolderReader } from "./base/folder-reader.ts";
import { configHash } from "./base/json.ts";
import type { Registry } from "./base/registry.ts";
import type { Arithmetic } from "./inference/arithmetic.ts";
import type { LoadedEncoder } from "./inference/encoder.ts";
import type { Engine } from "./inference/engines/engine.ts";
import type { Machine } from "./machines/machine.ts";
import { requireBatchSize } from "./model.ts";
import type { PruningMethod } from "./pruning/methods/method.ts";
import type { PruningPlan } from "./pruning/plan.ts";
import type { Dataset } from "./quality/datasets/dataset.ts";
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
  /** Name of a preset, or a plan. */
  readonly plan?: string | PruningPlan;
  readonly engine?: string;
  /** The numbers that the pruned runs are computed in; the dense ones are always `float32`, the default. */
  readonly arithmetic?: Arithmetic;
  /** Texts with more tokens are cut, marks included; by default at the model's positions. */
  readonly maximumTokenCount?: number;
}

export interface EvaluateRequest extends RowRequest, LongCallOptions {
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

/** What a request's names stand for. */
export interface ResolvedRequest {
  readonly encoder: LoadedEncoder;
  readonly plan: PruningPlan;
  readonly engine: Engine;
  readonly methods: Registry<PruningMethod>;
  /** Tells operations, bytes and cycles, analytically. */
  readonly machine: Machine;
  readonly checkpoint: Checkpoint;
}

/** A way to run inputs of an evaluation. */
export function outcomeRunnerOf(
  { machine, ...rest }: Omit<ResolvedRequest, "plan">,
  { maximumTokenCount }: RowRequest,
): RunOutcomes {
  return createOutcomeRunner({
    ...{ ...rest, maximumTokenCount },
    price: rememberedPrice(priceOn(machine)),
    clock: () => performance.now(),
  });
}

/** The evaluation that a request describes. */
export function evaluateResolved(resolved: ResolvedRequest, request: EvaluateRequest): Promise<Evaluation> {
  const { resume, seed, resampleCount } = request;
  const { encoder, plan, engine, machine, checkpoint } = resolved;
  const runOutcomes = request.runOutcomes ?? outcomeRunnerOf(resolved, request);
  const setting = { plan, arithmetic: request.arithmetic ?? "float32" };
  return evaluate({
    ...{ encoder, plan, checkpoint },
    arithmetic: request.arithmetic,
    dataset: request.dataset,
    split: request.split,
    task: request.task,
    limit: request.limit,
    muteSilence: request.muteSilence,
    runRows: createRowRunner(runOutcomes, setting),
    batchSize: requireBatchSize(request.batchSize),
    concurrency: request.concurrency ?? 1,
    resume:
      resume &&
      ((data) =>
        resume(
          configHash({
            data,
            model: modelHashOf(encoder),
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

function priceOn(machine: Machine): Price {
  return async (workload) => {
    const { operations, bytes, cycles, energyPicojoules } = await machine.simulate(workload, {
      fidelity: "analytical",
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

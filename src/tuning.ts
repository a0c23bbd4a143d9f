import type { LongCallOptions } from "./base/checkpoint.ts";
import { SpattenError } from "./base/errors.ts";
import { configHash } from "./base/json.ts";
import { lookUp } from "./base/registry.ts";
import { DEFAULT_MARGIN, DEFAULT_TRIAL_BUDGET } from "./defaults.ts";
import {
  type DecoderRows,
  type EvaluateRequest,
  evaluateRows,
  outcomeRunnerOf,
  type ResolvedRequest,
  type RowRequest,
  rowsFor,
} from "./evaluating.ts";
import { withValidation } from "./quality/datasets/held-out.ts";
import { modelHashOf } from "./quality/evaluation/identity.ts";
import { createInputRunner } from "./quality/evaluation/input-runner.ts";
import type { RunOutcomes } from "./quality/evaluation/outcome-runner.ts";
import { usualBootstrap } from "./quality/metrics/bootstrap.ts";
import type { HeadChoice } from "./quality/tuning/encoder-space.ts";
import { type Objective, objectives } from "./quality/tuning/objectives.ts";
import type { Trial } from "./quality/tuning/trial.ts";
import { tune } from "./quality/tuning/tune.ts";
import type { Tuning } from "./quality/tuning/tuning.ts";
import { withSupport } from "./quality/tuning/tuning-rows.ts";

/** What a search for a plan is asked. */
export interface TuneRequest
  extends Omit<RowRequest, "plan">,
    LongCallOptions,
    Pick<EvaluateRequest, "dataset" | "task" | "limit" | "muteSilence" | "runOutcomes" | "concurrency">,
    DecoderRows {
  /** Points of 100 of the metric that the plan may lose; of a log-likelihood one is 0.01 nat, about 1 % of perplexity. */
  readonly floorPoints: number;
  /** Standard errors that its loss has to stay below the floor, since a chosen plan was lucky; 1 by default. */
  readonly margin?: number;
  /** By default validation; where the data set has none it is cut out of train, else out of test. */
  readonly split?: string;
  /** A figure of the task; by default its first. */
  readonly metric?: string;
  /** `dram`, `energy`, `operations`, `cycles` or `time`: what the plan is to be cheap in; by default `dram`. */
  readonly objective?: string;
  /**
   * Rows of each class of train that neighbours and centroids come from, in the search and on test; all by default. A plan is
   * as good as it was judged: fewer rows make another classifier, which may bear another plan.
   */
  readonly supportPerClass?: number;
  /** Heads fixed beforehand, which every engine has, or by the cascade while the model runs. */
  readonly headChoice?: HeadChoice;
  /** What scores tokens: a pruning method of an encoder, a cache policy of a decoder. */
  readonly method?: string;
  /** What becomes of the rows of a decoder's cache that are not read; `select` by default. */
  readonly cache?: "select" | "evict";
  /** Plans that may be tried. */
  readonly trialBudget?: number;
  readonly seed?: number;
  /** Judges the chosen plan once on every row of the test split. */
  readonly test?: boolean;
  /** Gives the finished trials of an earlier search with this hash of its configuration. */
  readonly resume?: (configHash: string) => Promise<ReadonlyMap<string, Trial>>;
  /** Sees each trial as soon as it is finished. */
  readonly onTrial?: (trial: Trial) => void | Promise<void>;
}

/** Inputs that an engine with batches is given at one time. */
const BATCH_SIZE = 32;
/** Windows side by side: each holds a cache and its decisions. */
const DECODER_BATCH_SIZE = 8;
/** Enough to tell a clear loss from none; the intervals of the test take as many as an evaluation. */
const TRIAL_RESAMPLES = 200;

/** The search that a request describes. */
export async function tuneResolved(resolved: ResolvedRequest, request: TuneRequest): Promise<Tuning> {
  const { runOutcomes } = request;
  if (runOutcomes !== undefined) return tuneOn(resolved, { ...request, runOutcomes });
  const own = outcomeRunnerOf(resolved, request);
  try {
    return await tuneOn(resolved, { ...request, runOutcomes: own.runOutcomes });
  } finally {
    await own.close();
  }
}

async function tuneOn(
  resolved: ResolvedRequest,
  request: TuneRequest & { readonly runOutcomes: RunOutcomes },
): Promise<Tuning> {
  const { model, engine, methods, policies, machine, checkpoint } = resolved;
  const { resume, maximumTokenCount, seed = 0, onProgress, runOutcomes } = request;
  const { dataset, cutFrom } = withValidation(rowsFor(resolved, request), seed);
  if (request.test === true && !dataset.splitNames.includes("test")) {
    throw new SpattenError("missing-data", "there is no test split to judge the plan on", {
      where: dataset.name,
      got: `splits ${dataset.splitNames.join(", ")}`,
    });
  }
  const objective = lookUp(objectives, request.objective ?? "dram", "objective");
  const running = {
    runOutcomes,
    batchSize: batchSizeOf(resolved, objective),
    concurrency: request.concurrency ?? 1,
  };
  const isDecoder = model.task === "generation";
  const named = request.method ?? "spatten";
  const method = isDecoder
    ? lookUp(policies, named, "cache policy")
    : lookUp(methods, named, "pruning method");
  const tuning = await tune({
    ...{ model, checkpoint, onProgress, ...running },
    ...{ dataset, cutFrom, seed, method: method.id, policies, engine: engine.id },
    ...(isDecoder ? { cache: request.cache ?? "select" } : {}),
    split: request.split ?? "validation",
    task: request.task,
    metric: request.metric,
    floorPoints: request.floorPoints,
    margin: request.margin ?? DEFAULT_MARGIN,
    objective,
    limit: request.limit,
    supportPerClass: request.supportPerClass,
    headChoice: request.headChoice ?? "fixed",
    trialBudget: request.trialBudget ?? DEFAULT_TRIAL_BUDGET,
    muteSilence: request.muteSilence,
    runInputs: isDecoder
      ? async () => []
      : createInputRunner({ encoder: model, engine, methods, maximumTokenCount, checkpoint }),
    // What a trial depends on beside its plan; budget, floor and objective may change, and finished trials still hold.
    resume:
      resume &&
      ((data) =>
        resume(
          configHash({
            ...{ data, seed, model: modelHashOf(model), engine: engine.id },
            machine: [machine.id, machine.parameters],
            task: request.task ?? null,
            metric: request.metric ?? null,
            maximumTokenCount: maximumTokenCount ?? null,
            muteSilence: request.muteSilence === true,
          }),
        )),
    onTrial: request.onTrial,
    bootstrap: { ...usualBootstrap, seed, resampleCount: TRIAL_RESAMPLES },
  });
  if (request.test !== true) return tuning;
  const { task, muteSilence } = request;
  const test = await evaluateRows(
    { ...resolved, plan: tuning.chosen.plan },
    {
      ...{ ...running, split: "test", seed, onProgress },
      dataset: withSupport(dataset, seed, request.supportPerClass),
      ...(task === undefined ? {} : { task }),
      ...(muteSilence === undefined ? {} : { muteSilence }),
    },
  );
  return { ...tuning, test };
}

/** Where wall time is what counts, inputs run one at a time. */
function batchSizeOf({ model, engine }: ResolvedRequest, { cost }: Objective): number {
  if (cost === "measuredMilliseconds") return 1;
  if (model.task === "generation") return DECODER_BATCH_SIZE;
  return engine.runBatch === undefined ? 1 : BATCH_SIZE;
}

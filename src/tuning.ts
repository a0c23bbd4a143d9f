import type { LongCallOptions } from "./base/checkpoint.ts";
import { SpattenError } from "./base/errors.ts";
import { configHash } from "./base/json.ts";
import { lookUp } from "./base/registry.ts";
import { DEFAULT_MARGIN, DEFAULT_TRIAL_BUDGET } from "./defaults.ts";
import {
  type EvaluateRequest,
  evaluateResolved,
  outcomeRunnerOf,
  type ResolvedRequest,
  type RowRequest,
} from "./evaluating.ts";
import { withValidation } from "./quality/datasets/held-out.ts";
import { modelHashOf } from "./quality/evaluation/identity.ts";
import { createInputRunner } from "./quality/evaluation/input-runner.ts";
import { usualBootstrap } from "./quality/metrics/bootstrap.ts";
import type { HeadChoice } from "./quality/tuning/encoder-space.ts";
import { objectives } from "./quality/tuning/objectives.ts";
import type { Trial } from "./quality/tuning/trial.ts";
import { tune } from "./quality/tuning/tune.ts";
import type { Tuning } from "./quality/tuning/tuning.ts";
import { withSupport } from "./quality/tuning/tuning-rows.ts";

/** What a search for a plan is asked. */
export interface TuneRequest
  extends Omit<RowRequest, "plan">,
    LongCallOptions,
    Pick<EvaluateRequest, "dataset" | "task" | "limit" | "muteSilence" | "runOutcomes" | "concurrency"> {
  /** Points of 100 of the metric that the plan may lose. */
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
  /** Row of the method registry that scores tokens. */
  readonly method?: string;
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
/** Enough to tell a clear loss from none; the intervals of the test take as many as an evaluation. */
const TRIAL_RESAMPLES = 200;

/** The search that a request describes. */
export async function tuneResolved(resolved: ResolvedRequest, request: TuneRequest): Promise<Tuning> {
  const { encoder, engine, methods, machine, checkpoint } = resolved;
  const { resume, maximumTokenCount, seed = 0, onProgress } = request;
  const { dataset, cutFrom } = withValidation(request.dataset, seed);
  if (request.test === true && !dataset.splitNames.includes("test")) {
    throw new SpattenError("missing-data", "there is no test split to judge the plan on", {
      where: dataset.name,
      got: `splits ${dataset.splitNames.join(", ")}`,
    });
  }
  const objective = lookUp(objectives, request.objective ?? "dram", "objective");
  const runOutcomes = request.runOutcomes ?? outcomeRunnerOf(resolved, request);
  // Where wall time is what counts, inputs run one at a time.
  const batchSize =
    objective.cost === "measuredMilliseconds" || engine.runBatch === undefined ? 1 : BATCH_SIZE;
  const running = { runOutcomes, batchSize, concurrency: request.concurrency ?? 1 };
  const common = { encoder, checkpoint, onProgress, ...running };
  const method = lookUp(methods, request.method ?? "spatten", "pruning method").id;
  const tuning = await tune({
    ...{ ...common, dataset, cutFrom, seed, method, engine: engine.id },
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
    runInputs: createInputRunner({ encoder, engine, methods, maximumTokenCount, checkpoint }),
    // What a trial depends on beside its plan; budget, floor and objective may change, and finished trials still hold.
    resume:
      resume &&
      ((data) =>
        resume(
          configHash({
            ...{ data, seed, model: modelHashOf(encoder), engine: engine.id },
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
  const { plan } = tuning.chosen;
  const { task, muteSilence } = request;
  const test = await evaluateResolved(
    { ...resolved, plan },
    {
      ...{ ...running, split: "test", seed, onProgress },
      dataset: withSupport(dataset, seed, request.supportPerClass),
      ...(task === undefined ? {} : { task }),
      ...(muteSilence === undefined ? {} : { muteSilence }),
    },
  );
  return { ...tuning, test };
}

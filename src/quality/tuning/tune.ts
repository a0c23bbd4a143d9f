import type { Checkpoint, Progress } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { Registry } from "../../base/registry.ts";
import type { LoadedModel } from "../../inference/load-model.ts";
import type { TokenPruning } from "../../pruning/plan.ts";
import type { CachePolicy } from "../../pruning/policies/policy.ts";
import type { Dataset, SplitName } from "../datasets/dataset.ts";
import { splitOf } from "../datasets/split-files.ts";
import { dataHashOf } from "../evaluation/identity.ts";
import type { RunInputs } from "../evaluation/input-runner.ts";
import type { RunOutcomes } from "../evaluation/outcome-runner.ts";
import { chooseTask } from "../evaluation/registry.ts";
import type { QualityTask, TaskData } from "../evaluation/task.ts";
import type { BootstrapOptions } from "../metrics/bootstrap.ts";
import { planParts } from "./candidate-plan.ts";
import { confirm } from "./confirmation.ts";
import type { HeadChoice } from "./encoder-space.ts";
import type { Tried } from "./ledger.ts";
import type { Objective } from "./objectives.ts";
import { createOutcomeStore } from "./outcome-store.ts";
import { search } from "./search.ts";
import { framedSpace } from "./search-frame.ts";
import type { Candidate } from "./search-space.ts";
import { judgementOf, type RowSet, type Trial } from "./trial.ts";
import { createTrialRunner, type RunTrial } from "./trial-runner.ts";
import type { Tuning } from "./tuning.ts";
import { type JudgedTrial, tuningOf } from "./tuning-result.ts";
import { drawnOfEachClass, drawnRows, freshRows, LEAST_ROWS, rungsOf } from "./tuning-rows.ts";
import { usableGroups } from "./usable-groups.ts";

export interface TuneOptions {
  readonly model: LoadedModel;
  readonly engine: string;
  readonly dataset: Dataset;
  /** The split that the validation rows were cut out of, where they were. */
  readonly cutFrom?: "train" | "test" | undefined;
  readonly split: string;
  readonly task?: string | undefined;
  /** By default the task's first. */
  readonly metric?: string | undefined;
  /** Points of 100 that a plan may lose. */
  readonly floorPoints: number;
  /** Standard errors that the loss has to stay below the floor. */
  readonly margin: number;
  readonly objective: Objective;
  /** Searches on so many drawn rows at most; the further ones confirm the choice. */
  readonly limit?: number | undefined;
  /** Rows of each class that neighbours and centroids come from; all where it is left out. */
  readonly supportPerClass?: number | undefined;
  readonly headChoice: HeadChoice;
  /** A pruning method of an encoder, a cache policy of a decoder. */
  readonly method: string;
  /** What becomes of a decoder's rows that are not read; by default they stay stored. */
  readonly cache?: TokenPruning["cache"];
  readonly policies: Registry<CachePolicy>;
  readonly trialBudget: number;
  readonly seed: number;
  readonly muteSilence?: boolean | undefined;
  /** Runs an encoder's inputs, so that heads can be ranked. */
  readonly runInputs: RunInputs;
  readonly runOutcomes: RunOutcomes;
  /** Inputs in one go, and such groups at one time. */
  readonly batchSize: number;
  readonly concurrency: number;
  /** Gives the finished trials of an earlier search, if it was of this data. */
  readonly resume?: ((dataHash: string) => Promise<ReadonlyMap<string, Trial>>) | undefined;
  readonly onTrial?: ((trial: Trial) => void | Promise<void>) | undefined;
  readonly bootstrap: BootstrapOptions;
  readonly checkpoint: Checkpoint;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Searches the cheapest plan whose quality on the rows of a split lies within the floor of dense. Dense rows are run once.
 * @throws SpattenError `usage`, `config`, `input`, `missing-data`, `aborted`.
 */
export async function tune(options: TuneOptions): Promise<Tuning> {
  const { seed, objective, margin } = options;
  if (!(options.floorPoints >= 0)) {
    throw new SpattenError("usage", "the floor is no loss", {
      got: String(options.floorPoints),
      expected: "points of at least 0",
    });
  }
  const { data, fresh, task, dataHash } = await rowsOf(options);
  const inputs = task.inputs(data);
  const finished = (await options.resume?.(dataHash)) ?? new Map();
  const framed = await framedSpace(options, inputs);
  const { frame } = framed;
  const usable = await usableGroups(framed.space, frame, options.runOutcomes, inputs.at(-1)!.make());
  const { space } = usable;
  const leftOut = [...framed.leftOut, ...usable.leftOut];
  const rowCounts = rungsOf(data.split.rows.length);
  const runTrial = trialsOn(data, "search", { options, task, finished });
  const judgeOn = async (run: RunTrial, candidate: Candidate, rowCount: number) =>
    judgementOf(await run(planParts(space, candidate, frame), rowCount), objective.cost, margin);
  const rules = { space, rungCount: rowCounts.length, floorPoints: options.floorPoints };
  const result = await search({
    ...{ ...rules, seed, trialBudget: options.trialBudget },
    judge: (candidate, rung) => judgeOn(runTrial, candidate, rowCounts[rung]!),
    onProgress: (done) => options.onProgress?.({ stage: "plans tried", done, total: options.trialBudget }),
  });
  const judged = async ({ candidate, rung }: Tried): Promise<JudgedTrial> => {
    const parts = planParts(space, candidate, frame);
    return { parts, trial: await runTrial(parts, rowCounts[rung]!) };
  };
  const about = { data, task, rowCounts, leftOut, tried: await Promise.all(result.tried.map(judged)) };
  if (fresh === undefined) return tuningOf(options, { ...about, best: await judged(result.best) });
  const runFresh = trialsOn(fresh, "fresh", { options, task, finished });
  const rowCount = fresh.split.rows.length;
  const { best, failedCount } = await confirm(result, (candidate) => judgeOn(runFresh, candidate, rowCount), {
    ...rules,
    onAsked: (done, total) => options.onProgress?.({ stage: "plans asked on further rows", done, total }),
  });
  const { quality } = await runFresh(planParts(space, best.candidate, frame), rowCount);
  const confirmation = { rowCount, failedCount, quality };
  return tuningOf(options, { ...about, best: await judged(best), confirmation });
}

/** What judges plans on some rows, with outcomes of its own. */
function trialsOn(
  data: TaskData,
  rowSet: RowSet,
  search: {
    readonly options: TuneOptions;
    readonly task: QualityTask;
    readonly finished: ReadonlyMap<string, Trial>;
  },
): RunTrial {
  const { runOutcomes, concurrency, batchSize, checkpoint, objective, metric, bootstrap, onTrial } =
    search.options;
  const store = createOutcomeStore({
    ...{ runOutcomes, concurrency, batchSize, onGroup: async () => checkpoint() },
    warmsUp: objective.cost === "measuredMilliseconds",
  });
  const { task, finished } = search;
  return createTrialRunner({
    ...{ task, data, rowSet, metricId: metric, store, bootstrap, checkpoint, finished, onTrial },
  });
}

async function rowsOf(options: TuneOptions): Promise<{
  readonly data: TaskData;
  readonly fresh: TaskData | undefined;
  readonly task: QualityTask;
  readonly dataHash: string;
}> {
  const { model, dataset, seed } = options;
  const splitName: SplitName = splitOf(dataset, options.split);
  const whole = await dataset.readSplit(splitName);
  const split = drawnRows(whole, seed, options.limit);
  const task = chooseTask(model, split, options.task);
  const support = task.needsSupport
    ? drawnOfEachClass(await dataset.readSplit("train"), seed, options.supportPerClass)
    : undefined;
  const muteSilence = options.muteSilence === true;
  // A text has many windows, and each takes a decoder as long as a hundred sentences take an encoder.
  const mostCount = model.task === "generation" ? Math.max(LEAST_ROWS, split.rows.length) : undefined;
  const left = freshRows(whole, seed, options.limit, mostCount);
  return {
    data: { split, splitName, support, model, muteSilence },
    fresh: left === undefined ? undefined : { split: left, splitName, support, model, muteSilence },
    task,
    dataHash: dataHashOf(whole, support),
  };
}

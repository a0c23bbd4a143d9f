import { type Checkpoint, finishWithRests } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { hintForName } from "../../base/nearest.ts";
import { densePlan } from "../../pruning/dense-plan.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { FinishedRow, PlannedInput } from "../evaluation/outcome.ts";
import { savingsOf } from "../evaluation/savings.ts";
import type { QualityTask, TaskData, TaskMetric } from "../evaluation/task.ts";
import { type BootstrapOptions, pairedBootstrapSteps } from "../metrics/bootstrap.ts";
import type { PlanParts } from "./candidate-plan.ts";
import type { OutcomeStore } from "./outcome-store.ts";
import { type RowSet, type Trial, trialKey } from "./trial.ts";

export interface TrialRunnerOptions {
  readonly task: QualityTask;
  /** All rows that may be looked at, in a drawn order. */
  readonly data: TaskData;
  readonly rowSet?: RowSet;
  /** By default the task's first. */
  readonly metricId?: string | undefined;
  readonly store: OutcomeStore;
  readonly bootstrap: BootstrapOptions;
  readonly checkpoint: Checkpoint;
  /** Trials of an earlier search on the same data, by their keys. */
  readonly finished: ReadonlyMap<string, Trial>;
  /** Sees each trial as soon as it is finished. */
  readonly onTrial?: ((trial: Trial) => void | Promise<void>) | undefined;
}

/** Judges what a plan changes on the first rows; one that is finished is not run again. */
export type RunTrial = (parts: PlanParts, rowCount: number) => Promise<Trial>;

/** A way to judge plans on the same rows, pairwise with dense runs that they share. */
export function createTrialRunner(options: TrialRunnerOptions): RunTrial {
  const { task, data, store, checkpoint, bootstrap, onTrial } = options;
  const finished = new Map(options.finished);
  return async (parts, rowCount) => {
    const key = trialKey(parts, rowCount, options.rowSet);
    const known = finished.get(key);
    if (known !== undefined) return known;
    // One name for all: an engine that keeps graphs by plan must find this one again on more rows.
    const plan: PruningPlan = { name: "candidate", source: "a search", ...parts };
    const isDense = Object.keys(parts).length === 0;
    const part = { ...data, split: { ...data.split, rows: data.split.rows.slice(0, rowCount) } };
    const inputs = task.inputs(part);
    const dense = await store.outcomesOf(densePlan, inputs);
    const pruned = isDense ? dense : await store.outcomesOf(plan, inputs);
    const rows = inputs.map(
      (input, row): FinishedRow => ({ key: input.key, dense: dense[row]!, pruned: pruned[row]! }),
    );
    const metricOf = async (run: "dense" | "pruned") => {
      const answers = answersIn(inputs, rows, run);
      const { metrics, unitCount = rowCount } = await task.score(
        part,
        (input) => answers.get(input)!,
        checkpoint,
      );
      return { metric: chosenMetric(metrics, options.metricId), unitCount };
    };
    const { metric, unitCount } = await metricOf("dense");
    const { id, title } = metric;
    const statistics = { dense: metric.of, pruned: (await metricOf("pruned")).metric.of };
    const steps = pairedBootstrapSteps(statistics, unitCount, bootstrap);
    const quality = await finishWithRests(steps, checkpoint);
    const trial = { key, rowCount, metric: { id, title }, quality, savings: savingsOf(rows, plan) };
    await onTrial?.(trial);
    finished.set(key, trial);
    return trial;
  };
}

function answersIn(inputs: readonly PlannedInput[], rows: readonly FinishedRow[], run: "dense" | "pruned") {
  return new Map(inputs.map(({ key }, row) => [key, rows[row]![run].answer]));
}

/** The metric of that name, or the task's first that is no loss. @throws SpattenError `config` with the nearest name. */
export function chosenMetric(metrics: readonly TaskMetric[], id: string | undefined): TaskMetric {
  const usable = metrics.filter(({ isSmallerBetter }) => isSmallerBetter !== true);
  const found = id === undefined ? usable[0] : usable.find((metric) => metric.id === id);
  if (found !== undefined) return found;
  const known = usable.map((metric) => metric.id);
  throw new SpattenError("config", `this task has no metric "${id}"`, {
    expected: `one of ${known.join(", ")}`,
    hint: hintForName(id!, known),
  });
}

import { type Checkpoint, finishWithRests, type Progress } from "../../base/checkpoint.ts";
import { groupsOf } from "../../base/groups-of.ts";
import type { Arithmetic } from "../../inference/arithmetic.ts";
import type { LoadedModel } from "../../inference/load-model.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { Dataset, SplitName } from "../datasets/dataset.ts";
import { splitOf } from "../datasets/split-files.ts";
import { agreementRatio } from "../metrics/agreement.ts";
import { type BootstrapOptions, type PairedIntervals, pairedBootstrapSteps } from "../metrics/bootstrap.ts";
import { dataHashOf } from "./identity.ts";
import { inParallel } from "./in-parallel.ts";
import type { FinishedRow, PlannedInput } from "./outcome.ts";
import type { EvaluationProtocol } from "./protocol.ts";
import { chooseTask } from "./registry.ts";
import type { RunRows } from "./row-runner.ts";
import { type Savings, savingsOf } from "./savings.ts";
import type { AnswersOf, MetricUnit, Scored, TaskData } from "./task.ts";

export const EVALUATION_SCHEMA = "spatten/evaluation@1";

export interface EvaluateOptions {
  readonly model: LoadedModel;
  readonly dataset: Dataset;
  readonly plan: PruningPlan;
  /** What `runRows` computes the pruned runs in, by default `float32`. */
  readonly arithmetic?: Arithmetic | undefined;
  /** By default the first of test, validation and train that is there. */
  readonly split?: string | undefined;
  /** By default the first that fits the model and the rows. */
  readonly task?: string | undefined;
  /** Judges the first rows of the split only. */
  readonly limit?: number | undefined;
  readonly muteSilence?: boolean | undefined;
  readonly runRows: RunRows;
  /** Rows in one call of `runRows`, by default 1, and such calls at one time. */
  readonly batchSize?: number | undefined;
  readonly concurrency: number;
  /** Gives the finished rows of an earlier evaluation, if it was of this data. */
  readonly resume?: ((dataHash: string) => Promise<ReadonlyMap<string, FinishedRow>>) | undefined;
  /** Sees each row as soon as it is finished. */
  readonly onRow?: ((row: FinishedRow) => void | Promise<void>) | undefined;
  readonly bootstrap: BootstrapOptions;
  readonly checkpoint: Checkpoint;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A figure of quality, dense and pruned, with intervals. */
export interface QualityFigure extends PairedIntervals {
  readonly id: string;
  readonly title: string;
  readonly unit?: MetricUnit;
  /** Rows that are right, where each is right or wrong. */
  readonly rightCount?: { readonly dense: number; readonly pruned: number };
}

/** What a plan costs in quality and saves in work. Plain data. */
export interface Evaluation {
  readonly schema: typeof EVALUATION_SCHEMA;
  readonly model: string;
  readonly plan: PruningPlan;
  /** The numbers of the pruned runs' attention; the dense ones are float32. */
  readonly arithmetic: Arithmetic;
  readonly dataset: {
    readonly name: string;
    readonly format: string;
    readonly split: SplitName;
    readonly rowCount: number;
  };
  readonly task: string;
  readonly metrics: readonly QualityFigure[];
  /** How the rows of a decoder were made and drawn. */
  readonly protocol?: EvaluationProtocol;
  /** Part of the rows, or of a decoder's tokens, on which the pruned run decides as the dense one; null where answers are numbers. */
  readonly agreementWithDenseRatio: number | null;
  readonly savings: Savings;
  readonly bootstrap: BootstrapOptions;
}

/** Judges a plan on a data set: every row dense and pruned. @throws SpattenError `usage`, `input`, `missing-data`, `aborted`. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { model, dataset, plan, bootstrap, checkpoint, onProgress } = options;
  const splitName = splitOf(dataset, options.split);
  const whole = await dataset.readSplit(splitName);
  const split = { ...whole, rows: whole.rows.slice(0, options.limit) };
  const task = chooseTask(model, split, options.task);
  const support = task.needsSupport ? await dataset.readSplit("train") : undefined;
  const data: TaskData = { split, splitName, support, model, muteSilence: options.muteSilence === true };
  const inputs = task.inputs(data);
  const finished = await options.resume?.(dataHashOf(whole, support));
  const rows = await finishRows(inputs, finished ?? new Map(), options);
  const answersOf: AnswersOf = {
    dense: (key) => rows.get(key)!.dense.answer,
    pruned: (key) => rows.get(key)!.pruned.answer,
  };
  const scored = (run: "dense" | "pruned"): Promise<Scored> | Scored =>
    task.score(data, answersOf[run], checkpoint);
  const [dense, pruned] = [await scored("dense"), await scored("pruned")];
  const metrics: QualityFigure[] = [];
  for (const [index, metric] of dense.metrics.entries()) {
    const other = pruned.metrics[index]!;
    const statistics = { dense: metric.of, pruned: other.of };
    const steps = pairedBootstrapSteps(statistics, dense.unitCount ?? split.rows.length, bootstrap);
    const intervals = await finishWithRests(steps, checkpoint, onProgress);
    const { rightCount, unit } = metric;
    const counts =
      rightCount === undefined || other.rightCount === undefined
        ? {}
        : { rightCount: { dense: rightCount, pruned: other.rightCount } };
    metrics.push({
      ...{ id: metric.id, title: metric.title, ...(unit === undefined ? {} : { unit }) },
      ...{ ...counts, ...intervals },
    });
  }
  return {
    schema: EVALUATION_SCHEMA,
    model: model.name,
    plan,
    arithmetic: options.arithmetic ?? "float32",
    dataset: { name: dataset.name, format: dataset.format, split: splitName, rowCount: split.rows.length },
    task: task.id,
    metrics,
    ...(task.protocol === undefined ? {} : { protocol: task.protocol(data, answersOf) }),
    agreementWithDenseRatio:
      dense.decisions === undefined || pruned.decisions === undefined
        ? null
        : agreementRatio(pruned.decisions, dense.decisions),
    savings: savingsOf([...rows.values()], plan),
    bootstrap,
  };
}

/** Every input's row, in the order of the inputs: what is finished stays, the rest runs with several in work. */
async function finishRows(
  inputs: readonly PlannedInput[],
  finished: ReadonlyMap<string, FinishedRow>,
  { runRows, concurrency, batchSize = 1, onRow, checkpoint, onProgress }: EvaluateOptions,
): Promise<Map<string, FinishedRow>> {
  const rows = new Map(inputs.map(({ key }) => [key, finished.get(key)]));
  const waiting = inputs.filter(({ key }) => rows.get(key) === undefined);
  let done = 0;
  await inParallel(groupsOf(waiting, batchSize), concurrency, async (group) => {
    for (const row of await runRows(group.map((input) => input.make()))) {
      rows.set(row.key, row);
      await onRow?.(row);
      done++;
    }
    onProgress?.({ stage: "rows", done, total: waiting.length });
    await checkpoint();
  });
  return rows as Map<string, FinishedRow>;
}

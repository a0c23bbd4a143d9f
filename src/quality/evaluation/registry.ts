import { SpattenError } from "../../base/errors.ts";
import { lookUp, type Registry } from "../../base/registry.ts";
import type { LoadedEncoder } from "../../inference/encoder.ts";
import type { Split } from "../datasets/dataset.ts";
import { nearestCentroidTask, nearestNeighboursTask, retrievalTask } from "./embedding-tasks.ts";
import { classificationTask, questionAnsweringTask, regressionTask } from "./model-tasks.ts";
import type { QualityTask } from "./task.ts";

/** What a model can be judged by; of several that fit, the first is taken where none is named. */
export const qualityTasks: Registry<QualityTask> = [
  classificationTask,
  regressionTask,
  questionAnsweringTask,
  nearestCentroidTask,
  nearestNeighboursTask,
  retrievalTask,
];

/** The task of that name, or the first that fits. @throws SpattenError `config` for a name, `usage` where none fits. */
export function chooseTask(encoder: LoadedEncoder, { rows }: Split, id?: string): QualityTask {
  const rowKind = rows[0]!.kind;
  const fits = (task: QualityTask) => task.fits(encoder.task, rowKind);
  const chosen = id === undefined ? qualityTasks.find(fits) : lookUp(qualityTasks, id, "task");
  if (chosen !== undefined && fits(chosen)) return chosen;
  throw new SpattenError("usage", "the data set does not fit the model", {
    where: id === undefined ? encoder.name : `task ${id}`,
    got: `rows of kind ${rowKind} for a model of ${encoder.task}`,
    expected: `a data set for one of ${qualityTasks.map((task) => task.id).join(", ")}`,
  });
}

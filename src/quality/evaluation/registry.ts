import { SpattenError } from "../../base/errors.ts";
import { lookUp, type Registry } from "../../base/registry.ts";
import type { LoadedModel } from "../../inference/load-model.ts";
import type { Split } from "../datasets/dataset.ts";
import { needleTask, perplexityTask } from "./decoder-tasks.ts";
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
  perplexityTask,
  needleTask,
];

/** The task of that name, or the first that fits. @throws SpattenError `config` for a name, `usage` where none fits. */
export function chooseTask(model: LoadedModel, { rows }: Split, id?: string): QualityTask {
  const rowKind = rows[0]!.kind;
  const fits = (task: QualityTask) => task.fits(model.task, rowKind);
  const chosen = id === undefined ? qualityTasks.find(fits) : lookUp(qualityTasks, id, "task");
  if (chosen !== undefined && fits(chosen)) return chosen;
  throw new SpattenError("usage", "the data set does not fit the model", {
    where: id === undefined ? model.name : `task ${id}`,
    got: `rows of kind ${rowKind} for a model of ${model.task}`,
    expected: `a data set for one of ${qualityTasks.map((task) => task.id).join(", ")}`,
    ...hintFor(model, rowKind),
  });
}

function hintFor({ task }: LoadedModel, rowKind: Split["rows"][number]["kind"]): { readonly hint?: string } {
  if (task === "generation") {
    return { hint: "a decoder is judged by perplexity or needle, on a .txt file or on SQuAD's paragraphs" };
  }
  return rowKind === "text" ? { hint: "plain texts judge decoders: name one with --model (model)" } : {};
}

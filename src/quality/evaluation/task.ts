import type { Checkpoint } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { LoadedEncoder } from "../../inference/encoder.ts";
import type { LoadedModel } from "../../inference/load-model.ts";
import type { Split, SplitName } from "../datasets/dataset.ts";
import type { RowStatistic } from "../metrics/bootstrap.ts";
import type { Answer, PlannedInput } from "./outcome.ts";
import type { EvaluationProtocol } from "./protocol.ts";

/** Rows that are judged, and what they are judged against. */
export interface TaskData {
  readonly split: Split;
  readonly splitName: SplitName;
  /** The texts with known classes that neighbours and centroids come from. */
  readonly support?: Split | undefined;
  readonly model: LoadedModel;
  /** Gives clips of silence the features of no sound. */
  readonly muteSilence: boolean;
}

/** What a figure counts in; without one it is a part of 1, which is perfect. */
export type MetricUnit = "nats" | "perplexity";

/** A figure of one run, as a function of the rows, or of the units that a task cuts them into. */
export interface TaskMetric {
  readonly id: string;
  readonly title: string;
  readonly unit?: MetricUnit | undefined;
  /** A loss, which no search can take for what is to stay. */
  readonly isSmallerBetter?: boolean | undefined;
  readonly of: RowStatistic;
  /** Rows that are right, where each is right or wrong. */
  readonly rightCount?: number | undefined;
}

/** What a task makes of the answers of one run. */
export interface Scored {
  /** What was decided for each row; equal texts are equal decisions. Absent where answers are numbers. */
  readonly decisions?: readonly string[] | undefined;
  readonly metrics: readonly TaskMetric[];
  /** What intervals draw, where that is not rows. */
  readonly unitCount?: number | undefined;
}

/** Answers of both runs, by the keys of the inputs. */
export type AnswersOf = Readonly<Record<"dense" | "pruned", (key: string) => Answer>>;

/** A kind of question to a model, as a row of a registry. */
export interface QualityTask {
  readonly id: string;
  readonly title: string;
  /** Whether the model's head and the rows are of this kind. */
  fits(modelTask: LoadedModel["task"], rowKind: Split["rows"][number]["kind"]): boolean;
  /** Whether it compares with the train split. */
  readonly needsSupport: boolean;
  /** Everything that has to run through the model; what rows are judged against first. */
  inputs(data: TaskData): readonly PlannedInput[];
  /** @throws SpattenError `input` for a label that the model does not know. */
  score(data: TaskData, answerOf: (key: string) => Answer, checkpoint: Checkpoint): Promise<Scored> | Scored;
  /** How rows were made and drawn, where that is not said by the data set. */
  protocol?(data: TaskData, answersOf: AnswersOf): EvaluationProtocol;
}

/** The encoder of a task for encoders; `chooseTask` lets no other model there. */
export function encoderIn({ model }: TaskData): LoadedEncoder {
  if (model.task !== "generation") return model;
  throw new SpattenError("usage", "this task judges encoders", { where: model.name, got: "a decoder" });
}

import type { Checkpoint } from "../../base/checkpoint.ts";
import type { LoadedEncoder } from "../../inference/encoder.ts";
import type { Split, SplitName } from "../datasets/dataset.ts";
import type { RowStatistic } from "../metrics/bootstrap.ts";
import type { Answer, PlannedInput } from "./outcome.ts";

/** Rows that are judged, and what they are judged against. */
export interface TaskData {
  readonly split: Split;
  readonly splitName: SplitName;
  /** The texts with known classes that neighbours and centroids come from. */
  readonly support?: Split | undefined;
  readonly encoder: LoadedEncoder;
  /** Gives clips of silence the features of no sound. */
  readonly muteSilence: boolean;
}

/** A figure of one run, as a function of the rows; 1 is perfect. */
export interface TaskMetric {
  readonly id: string;
  readonly title: string;
  readonly of: RowStatistic;
  /** Rows that are right, where each is right or wrong. */
  readonly rightCount?: number | undefined;
}

/** What a task makes of the answers of one run. */
export interface Scored {
  /** What was decided for each row; equal texts are equal decisions. Absent where answers are numbers. */
  readonly decisions?: readonly string[] | undefined;
  readonly metrics: readonly TaskMetric[];
}

/** A kind of question to a model, as a row of a registry. */
export interface QualityTask {
  readonly id: string;
  readonly title: string;
  /** Whether the model's head and the rows are of this kind. */
  fits(modelTask: LoadedEncoder["task"], rowKind: Split["rows"][number]["kind"]): boolean;
  /** Whether it compares with the train split. */
  readonly needsSupport: boolean;
  /** Everything that has to run through the model; what rows are judged against first. */
  inputs(data: TaskData): readonly PlannedInput[];
  /** @throws SpattenError `input` for a label that the model does not know. */
  score(data: TaskData, answerOf: (key: string) => Answer, checkpoint: Checkpoint): Promise<Scored> | Scored;
}

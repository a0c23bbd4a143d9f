import type { EncoderModel, EncoderShape } from "./encoder-model.ts";

/** Gives the tensor of that name and shape. */
export type TakeTensor = (name: string, shape: readonly number[]) => Float32Array;

/** What a model's output means. */
export type Task =
  | "classification"
  | "regression"
  | "question-answering"
  | "masked-language-model"
  | "embedding";

/** A checkpoint's layout: its shape, and a way to put its tensors together. */
export interface ModelLayout {
  readonly shape: EncoderShape;
  readonly task: Task;
  /** Names of the outputs of a classification, in order; empty for other tasks. */
  readonly labels: readonly string[];
  /** Rows that the model has positions for. */
  readonly positionCount: number;
  /** Ids that the model knows; undefined where it takes patches. */
  readonly vocabularySize?: number | undefined;
  /** Tensors that may lie in the checkpoint and are not used, by how their names begin. */
  readonly ignoredPrefixes: readonly string[];
  /** The model, each tensor asked for by its name in the checkpoint. */
  readonly build: (take: TakeTensor) => EncoderModel;
}

/** A family of models, as a row of a registry; `id` is the `model_type` of its config.json. */
export interface Architecture {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** What a model of this family is given. */
  readonly takes: "tokens" | "patches";
  /** Whether a config.json without a model_type is of this family. */
  readonly recognizes?: (config: unknown) => boolean;
  /**
   * The layout of a checkpoint; `names` are its tensors', which tell the head. @throws SpattenError `checkpoint` naming
   * the field of config.json.
   */
  layoutOf(config: unknown, names: ReadonlySet<string>, where: string): ModelLayout;
}

/** Every tensor of a layout with its shape: what `build` asks for. */
export function tensorShapesOf(layout: ModelLayout): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  layout.build((name, shape) => {
    shapes.set(name, shape);
    return new Float32Array(0);
  });
  return shapes;
}

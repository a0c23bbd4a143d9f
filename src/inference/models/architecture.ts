import { SpattenError } from "../../base/errors.ts";
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

/**
 * Refuses sizes of a configuration that no checkpoint with these tensors can have, before anything is made by them.
 * @throws SpattenError `checkpoint`.
 */
export function requirePlausible(
  {
    shape,
    positionCount,
  }: { readonly shape: { readonly layerCount: number }; readonly positionCount: number },
  names: ReadonlySet<string>,
  where: string,
): void {
  // Every layer has tensors of its own.
  if (shape.layerCount > names.size) {
    throw new SpattenError("checkpoint", "the configuration has more layers than there are tensors", {
      where,
      got: `${shape.layerCount} layers`,
      expected: `at most ${names.size}`,
      hint: "does config.json belong to these weights?",
    });
  }
  if (positionCount >= 1) return;
  throw new SpattenError("checkpoint", "the configuration leaves no position for a token", {
    where,
    got: `${positionCount} positions`,
    expected: "at least 1",
  });
}

/** Every tensor of a layout with its shape: what `build` asks for. */
export function tensorShapesOf(layout: {
  readonly build: (take: TakeTensor) => unknown;
}): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  layout.build((name, shape) => {
    shapes.set(name, shape);
    return new Float32Array(0);
  });
  return shapes;
}

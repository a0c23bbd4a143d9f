import type { TakeTensor } from "./architecture.ts";
import type { DecoderModel, DecoderShape } from "./decoder-model.ts";

/** A decoder checkpoint's layout: its shape, and a way to put its tensors together. */
export interface DecoderLayout {
  readonly shape: DecoderShape;
  readonly vocabularySize: number;
  /** Tokens that the model has positions for. */
  readonly positionCount: number;
  /** Tensors that may lie in the checkpoint and are not used, by how their names begin. */
  readonly ignoredPrefixes: readonly string[];
  /** The model, each tensor asked for by its name in the checkpoint. */
  readonly build: (take: TakeTensor) => DecoderModel;
}

/** A family of decoders, as a row of a registry; `id` is the `model_type` of its config.json. */
export interface DecoderArchitecture {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** @throws SpattenError `checkpoint` naming the field of config.json. */
  layoutOf(config: unknown, names: ReadonlySet<string>, where: string): DecoderLayout;
}

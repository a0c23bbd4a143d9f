import type { ModelLayout, TakeTensor } from "./architecture.ts";
import type { Activation, EncoderLayer, TokenEmbeddings } from "./encoder-model.ts";
import type { TaskHead } from "./heads.ts";
import { type NamedParts, namedParts } from "./hugging-face-tensors.ts";

/** What one family of post-norm text encoders has otherwise than another. */
export interface TextFamily
  extends Pick<ModelLayout, "shape" | "positionCount" | "vocabularySize" | "ignoredPrefixes"> {
  readonly head: TaskHead;
  readonly activation: Activation;
  readonly layerNormEpsilon: number;
  readonly embeddings: (parts: NamedParts, take: TakeTensor) => TokenEmbeddings;
  readonly layer: (parts: NamedParts, layer: number) => EncoderLayer;
}

/** The layout of BERT and its kin: embeddings, post-norm layers, a head. Tensors are asked for in that order. */
export function textLayout(family: TextFamily): ModelLayout {
  const { head, activation, layerNormEpsilon, embeddings, layer, ...sizes } = family;
  const { shape } = sizes;
  return {
    ...sizes,
    task: head.task,
    labels: head.labels,
    build: (take) => {
      const parts = namedParts(take, layerNormEpsilon);
      const embedded = embeddings(parts, take);
      return {
        shape,
        activation,
        normPlacement: "post",
        embeddings: embedded,
        layers: Array.from({ length: shape.layerCount }, (_, index) => layer(parts, index)),
        head: head.build(parts, embedded.words, take),
      };
    },
  };
}

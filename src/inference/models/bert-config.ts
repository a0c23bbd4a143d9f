import * as z from "zod/mini";
import { SpattenError } from "../../base/errors.ts";
import { integerAtLeast, parseWith, positiveNumber } from "../../base/schema.ts";

const bertConfigSchema = z.looseObject({
  model_type: z.literal("bert"),
  num_hidden_layers: integerAtLeast(1),
  hidden_size: integerAtLeast(1),
  num_attention_heads: integerAtLeast(1),
  intermediate_size: integerAtLeast(1),
  max_position_embeddings: integerAtLeast(1),
  type_vocab_size: integerAtLeast(1),
  vocab_size: integerAtLeast(1),
  layer_norm_eps: positiveNumber(),
  hidden_act: z.literal("gelu"),
  position_embedding_type: z.optional(z.literal("absolute")),
  num_labels: z.optional(integerAtLeast(1)),
  id2label: z.record(z.string(), z.string()),
});

/** Shape of a BERT classifier (Devlin et al. 2019), from its config.json. */
export interface BertConfig {
  readonly layerCount: number;
  readonly hiddenSize: number;
  readonly headCount: number;
  readonly headDimension: number;
  readonly feedForwardSize: number;
  readonly positionCount: number;
  readonly typeCount: number;
  readonly vocabularySize: number;
  readonly layerNormEpsilon: number;
  /** Names of the classes, in order. */
  readonly labels: readonly string[];
}

/** Checked shape. @throws SpattenError `checkpoint` naming the field. */
export function parseBertConfig(value: unknown, where: string): BertConfig {
  const raw = parseWith(bertConfigSchema, value, { what: "BERT configuration", where, code: "checkpoint" });
  if (raw.hidden_size % raw.num_attention_heads !== 0) {
    throw new SpattenError("checkpoint", "the heads do not divide the hidden size", {
      where,
      got: `hidden_size ${raw.hidden_size}, num_attention_heads ${raw.num_attention_heads}`,
    });
  }
  return {
    layerCount: raw.num_hidden_layers,
    hiddenSize: raw.hidden_size,
    headCount: raw.num_attention_heads,
    headDimension: raw.hidden_size / raw.num_attention_heads,
    feedForwardSize: raw.intermediate_size,
    positionCount: raw.max_position_embeddings,
    typeCount: raw.type_vocab_size,
    vocabularySize: raw.vocab_size,
    layerNormEpsilon: raw.layer_norm_eps,
    labels: labelsOf(raw.id2label, raw.num_labels, where),
  };
}

function labelsOf(
  names: Readonly<Record<string, string>>,
  count: number | undefined,
  where: string,
): string[] {
  const expected = count ?? Object.keys(names).length;
  return Array.from({ length: expected }, (_, id) => {
    const name = names[String(id)];
    if (name !== undefined) return name;
    throw new SpattenError("checkpoint", "a class has no name", {
      where: `${where} at id2label`,
      expected: `names for 0 to ${expected - 1}`,
      got: `none for ${id}`,
    });
  });
}

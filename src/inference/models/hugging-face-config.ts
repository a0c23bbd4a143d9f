import * as z from "zod/mini";
import { SpattenError } from "../../base/errors.ts";
import { integerAtLeast } from "../../base/schema.ts";
import type { Task } from "./architecture.ts";
import type { Activation, EncoderShape } from "./encoder-model.ts";

/** `hidden_act` of a config.json, as far as the engines know it. */
export const activationSchema = z.enum(["gelu", "gelu_new", "gelu_pytorch_tanh", "relu"]);

export function activationOf(name: z.infer<typeof activationSchema>): Activation {
  if (name === "gelu" || name === "relu") return name;
  return "gelu-tanh";
}

/** Fields of a config.json that give the shape, where an architecture has no names of its own for them. */
export const shapeFields = {
  num_hidden_layers: integerAtLeast(1),
  hidden_size: integerAtLeast(1),
  num_attention_heads: integerAtLeast(1),
  intermediate_size: integerAtLeast(1),
};

/** The shape that they give. @throws SpattenError `checkpoint` where the heads do not divide the hidden size. */
export function shapeOf(
  fields: Readonly<Record<keyof typeof shapeFields, number>>,
  where: string,
): EncoderShape {
  return {
    layerCount: fields.num_hidden_layers,
    hiddenSize: fields.hidden_size,
    headCount: fields.num_attention_heads,
    headDimension: headDimensionOf(fields.hidden_size, fields.num_attention_heads, where),
    feedForwardSize: fields.intermediate_size,
  };
}

/** Far more than any released model has; each gets a name. */
const MAXIMUM_CLASSES = 1_000_000;

/** What a config.json says of its classes. */
export const labelFields = {
  num_labels: z.optional(integerAtLeast(1).check(z.lte(MAXIMUM_CLASSES))),
  id2label: z.optional(z.record(z.string(), z.string())),
  problem_type: z.optional(z.nullable(z.string())),
};

interface LabelFields {
  readonly num_labels?: number | undefined;
  readonly id2label?: Readonly<Record<string, string>> | undefined;
  readonly problem_type?: string | null | undefined;
}

/** Names of the classes, in order, and whether the one output is a number. @throws SpattenError `checkpoint`. */
export function labelsOf(
  fields: LabelFields,
  where: string,
): { readonly labels: readonly string[]; readonly task: Task } {
  const { num_labels: count, id2label: names } = fields;
  // The library that writes these files leaves out what is its default: two classes without names.
  const expected = count ?? (names === undefined ? 2 : Object.keys(names).length);
  const isRegression =
    fields.problem_type === "regression" || (fields.problem_type == null && expected === 1);
  const labels = Array.from({ length: expected }, (_, id) => {
    if (names === undefined) return `LABEL_${id}`;
    const name = names[String(id)];
    if (name !== undefined) return name;
    throw new SpattenError("checkpoint", "a class has no name", {
      where: `${where} at id2label`,
      expected: `names for 0 to ${expected - 1}`,
      got: `none for ${id}`,
    });
  });
  return { labels, task: isRegression ? "regression" : "classification" };
}

/** Elements of one head. @throws SpattenError `checkpoint` where the heads do not divide the hidden size. */
export function headDimensionOf(hiddenSize: number, headCount: number, where: string): number {
  if (hiddenSize % headCount === 0) return hiddenSize / headCount;
  throw new SpattenError("checkpoint", "the heads do not divide the hidden size", {
    where,
    got: `hidden size ${hiddenSize}, ${headCount} heads`,
  });
}

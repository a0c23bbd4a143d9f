import { SpattenError } from "../base/errors.ts";
import type { Registry } from "../base/registry.ts";
import type { WorkloadHeader } from "./attention-workload.ts";

/** The size of a transformer's layers, as far as its fully connected layers depend on it. */
export interface ModelShape {
  readonly id: string;
  readonly layerCount: number;
  readonly headCount: number;
  /** Elements of one head; all heads together are as wide as the model. */
  readonly headDimension: number;
  /** Elements of the hidden layer of the feed-forward network. */
  readonly feedForwardWidth: number;
  /** Phase of a workload that is made of the shape alone. */
  readonly phase: "summarization" | "generation";
  readonly source: string;
}

const BASE = { layerCount: 12, headCount: 12, headDimension: 64, feedForwardWidth: 3072 } as const;
const LARGE = { layerCount: 24, headCount: 16, headDimension: 64, feedForwardWidth: 4096 } as const;
const BERT_PAPER = "Devlin et al., NAACL 2019, section 3: feed-forward size 4H";
const GPT2_PAPER =
  "Radford et al. 2019, Table 2; heads and feed-forward of four times the width from the released hparams";

/** Models whose fully connected layers are known. */
export const modelShapes: Registry<ModelShape> = [
  { id: "bert-base", ...BASE, phase: "summarization", source: `${BERT_PAPER}, L=12, H=768, A=12` },
  { id: "bert-large", ...LARGE, phase: "summarization", source: `${BERT_PAPER}, L=24, H=1024, A=16` },
  { id: "gpt2-small", ...BASE, phase: "generation", source: `${GPT2_PAPER}: 12 layers of 768` },
  { id: "gpt2-medium", ...LARGE, phase: "generation", source: `${GPT2_PAPER}: 24 layers of 1024` },
];

/**
 * The shape of a workload's model: by a name that begins with that of a row, else by phase, layers, heads and head
 * dimension. @throws SpattenError `workload` for an unknown model, or one whose name and dimensions disagree.
 */
export function shapeOfModel({ model, phase }: WorkloadHeader): ModelShape {
  const rowPhase = phase === "summarization" ? phase : "generation";
  const fits = (shape: ModelShape): boolean =>
    shape.layerCount === model.layerCount &&
    shape.headCount === model.queryHeadCount &&
    shape.headCount === model.keyValueHeadCount &&
    shape.headDimension === model.headDimension;
  const name = model.name.toLowerCase().replace(/^summary-/, "");
  const byName = modelShapes.find((shape) => name === shape.id || name.startsWith(`${shape.id}-`));
  const shape =
    byName ?? modelShapes.find((row) => fits(row) && row.phase === rowPhase) ?? modelShapes.find(fits);
  if (shape !== undefined && fits(shape)) return shape;
  const known = modelShapes.map((row) => `${row.id} (${dimensionsOf(row)})`).join(", ");
  throw new SpattenError(
    "workload",
    shape === undefined
      ? "the fully connected layers of this model are not known"
      : `the model has the name of ${shape.id} and other dimensions`,
    {
      where: `model "${model.name}"`,
      got: dimensionsOf({ ...model, headCount: model.queryHeadCount }),
      expected: known,
      hint: "put jobs of kind fully-connected into the workload instead",
    },
  );
}

function dimensionsOf({
  layerCount,
  headCount,
  headDimension,
}: Pick<ModelShape, "layerCount" | "headCount" | "headDimension">): string {
  return `${layerCount} layers × ${headCount} heads × ${headDimension}`;
}

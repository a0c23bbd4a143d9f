import type { PruningPlan } from "../pruning/plan.ts";
import {
  type AttentionJob,
  type AttentionWorkload,
  type TopKEvent,
  WORKLOAD_SCHEMA,
} from "../workload/attention-workload.ts";
import type { HeadDecision, LayerDecision } from "./decisions.ts";

/** Width of operands that no plan quantizes: the datapath of the machine (SpAtten, Table I). */
export const UNQUANTIZED_BITS = 12;

export interface RecordedModel {
  readonly name: string;
  readonly layerCount: number;
  readonly headCount: number;
  readonly headDimension: number;
  readonly tokenCount: number;
}

/** The attention work of one encoder run, exactly as it was decided: one job a layer and head. */
export function recordWorkload(
  model: RecordedModel,
  plan: PruningPlan,
  layers: readonly LayerDecision[],
): AttentionWorkload {
  const jobs = layers.flatMap((layer) =>
    layer.headDecisions.map((head, slot) =>
      jobFrom(layer, head, widthsOf(plan), slot === layer.headDecisions.length - 1),
    ),
  );
  return {
    header: {
      schema: WORKLOAD_SCHEMA,
      source: `${model.name} under plan ${plan.name}`,
      phase: "summarization",
      model: {
        name: model.name,
        layerCount: model.layerCount,
        queryHeadCount: model.headCount,
        keyValueHeadCount: model.headCount,
        headDimension: model.headDimension,
        unprunedLength: model.tokenCount,
      },
      iterationCount: 1,
      jobCount: jobs.length,
      plan: plan.name,
      assumptions:
        plan.quantization === undefined
          ? [`unquantized operands are carried in ${UNQUANTIZED_BITS} bits, the width of the datapath`]
          : [],
    },
    jobs,
  };
}

type Widths = Pick<AttentionJob, "queryBits" | "keyBits" | "keyLsbBits" | "valueBits">;

function widthsOf({ quantization }: PruningPlan): Widths {
  if (quantization === undefined) {
    return {
      queryBits: UNQUANTIZED_BITS,
      keyBits: UNQUANTIZED_BITS,
      keyLsbBits: 0,
      valueBits: UNQUANTIZED_BITS,
    };
  }
  const { queryBits, valueBits } = quantization;
  return quantization.kind === "static"
    ? { queryBits, keyBits: quantization.keyBits, keyLsbBits: 0, valueBits }
    : {
        queryBits,
        keyBits: quantization.mostSignificantBits,
        keyLsbBits: quantization.leastSignificantBits,
        valueBits,
      };
}

function jobFrom(
  layer: LayerDecision,
  head: HeadDecision,
  widths: Widths,
  isLastHead: boolean,
): AttentionJob {
  const queryCount = layer.tokens.length;
  const keyCount = layer.tokens.length;
  const kept = head.valuesPerQuery[0]!;
  const topK: TopKEvent[] = [];
  if (kept < keyCount) topK.push({ of: "value", n: keyCount, k: kept, count: queryCount });
  // The scores of a layer are whole when its last head is done (SpAtten, Algorithm 2).
  if (isLastHead && layer.tokenTopK !== undefined) topK.push({ of: "token", ...layer.tokenTopK, count: 1 });
  if (isLastHead && layer.headTopK !== undefined) topK.push({ of: "head", ...layer.headTopK, count: 1 });
  return {
    kind: "attention",
    iteration: 0,
    layer: layer.layer,
    head: head.head,
    keyValueHead: head.head,
    queryCount,
    keyCount,
    keyIds: [...layer.tokens],
    valueCount: head.valueRowCount,
    valuesPerQuery: kept,
    ...widths,
    refetchedQueries: [...head.refetchedQueries],
    topK,
  };
}

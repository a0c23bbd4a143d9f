import type { OperandBits } from "../pruning/head-operands.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import {
  type AttentionJob,
  type AttentionWorkload,
  type TopKEvent,
  WORKLOAD_SCHEMA,
} from "../workload/attention-workload.ts";
import { type Arithmetic, spattenArithmeticAssumption } from "./arithmetic.ts";
import type { HeadDecision, LayerDecision } from "./decisions.ts";
import { operandBitsOf, UNQUANTIZED_BITS } from "./operand-bits.ts";

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
  arithmetic: Arithmetic = "float32",
): AttentionWorkload {
  const jobs = layers.flatMap((layer) =>
    layer.headDecisions.map((head, slot) =>
      jobFrom(layer, head, operandBitsOf(plan), slot === layer.headDecisions.length - 1),
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
      assumptions: [
        ...(plan.quantization === undefined
          ? [`unquantized operands are carried in ${UNQUANTIZED_BITS} bits, the width of the datapath`]
          : []),
        ...(arithmetic === "spatten" ? [spattenArithmeticAssumption] : []),
      ],
    },
    jobs,
  };
}

function jobFrom(
  layer: LayerDecision,
  head: HeadDecision,
  widths: OperandBits,
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

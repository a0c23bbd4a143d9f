import type { PruningPlan } from "../../pruning/plan.ts";
import type { CachePolicy } from "../../pruning/policies/policy.ts";
import {
  type AttentionJob,
  type AttentionWorkload,
  type TopKEvent,
  WORKLOAD_SCHEMA,
} from "../../workload/attention-workload.ts";
import type { CascadeTopK } from "../decisions.ts";
import type { DecoderShape } from "../models/decoder-model.ts";
import { operandBitsOf, UNQUANTIZED_BITS } from "../operand-bits.ts";
import type { DecoderHeadDecision, DecoderLayerDecision, IterationDecisions } from "./decoder-decisions.ts";

export interface RecordedDecoder {
  readonly name: string;
  readonly shape: DecoderShape;
  readonly plan: PruningPlan;
  readonly policy: CachePolicy | undefined;
  /** Leaves the ids of the keys out, which counts and closed forms do without. */
  readonly countsOnly?: boolean | undefined;
}

/**
 * `whole`: the prompt is iteration 0; `generation`: the tokens behind it alone, as the released GPT-2 traces and the
 * paper's latencies have it.
 */
export type RecordedPart = "whole" | "generation";

/** The attention work of a text's iterations, exactly as it was decided: one job an iteration, layer and query head. */
export function recordDecoderWorkload(
  { name, shape, plan, policy, countsOnly }: RecordedDecoder,
  decisions: readonly IterationDecisions[],
  part: RecordedPart = "generation",
): AttentionWorkload {
  const iterations = part === "whole" ? decisions : decisions.slice(1);
  const jobs = iterations.flatMap(({ layers }, iteration) =>
    layers.flatMap((layer) => {
      const rankings = rankingsBehind(iterations, iteration, layer.layer, policy);
      return layer.heads.map((head, slot) =>
        jobFrom(iteration, layer, head, plan, slot === layer.heads.length - 1 ? rankings : [], countsOnly),
      );
    }),
  );
  const first = iterations[0];
  return {
    header: {
      schema: WORKLOAD_SCHEMA,
      source: `${name} under plan ${plan.name}`,
      phase: part === "generation" ? "generation" : "summarization-then-generation",
      model: {
        name,
        layerCount: shape.layerCount,
        queryHeadCount: shape.headCount,
        keyValueHeadCount: shape.keyValueHeadCount,
        headDimension: shape.headDimension,
        unprunedLength: first === undefined ? 1 : first.firstPosition + first.ids.length,
      },
      iterationCount: Math.max(1, iterations.length),
      jobCount: jobs.length,
      plan: plan.name,
      assumptions: assumptionsOf(plan, part),
    },
    jobs,
  };
}

function assumptionsOf(plan: PruningPlan, part: RecordedPart): string[] {
  return [
    ...(plan.quantization === undefined
      ? [`unquantized operands are carried in ${UNQUANTIZED_BITS} bits, the width of the datapath`]
      : ["each row of K and V has its own scale, which is not fetched apart"]),
    ...(part === "whole"
      ? ["scores of the prompt above the diagonal are computed and masked: all queries meet all keys"]
      : ["rankings between the prompt and the first iteration are not charged"]),
  ];
}

/**
 * The rankings that run when a layer is done: of a cascade over layers the next one's, of any other policy the same
 * layer's for the next iteration.
 */
function rankingsBehind(
  iterations: readonly IterationDecisions[],
  iteration: number,
  layer: number,
  policy: CachePolicy | undefined,
): TopKEvent[] {
  const here = iterations[iteration]!.layers;
  const next = here[layer + 1] ?? iterations[iteration + 1]?.layers[0];
  const chosen = policy?.granularity === "model" ? next : iterations[iteration + 1]?.layers[layer];
  return [
    ...(chosen?.tokenTopK ?? []).map((topK) => eventOf("token", topK)),
    ...(next?.headTopK === undefined ? [] : [eventOf("head", next.headTopK)]),
  ];
}

function eventOf(of: TopKEvent["of"], { n, k }: CascadeTopK): TopKEvent {
  return { of, n, k, count: 1 };
}

function jobFrom(
  iteration: number,
  { layer }: DecoderLayerDecision,
  head: DecoderHeadDecision,
  plan: PruningPlan,
  rankings: readonly TopKEvent[],
  countsOnly = false,
): AttentionJob {
  const keyCount = head.keyPositions.length;
  const queryCount = head.valuesPerQuery.length;
  const kept = head.valuesPerQuery.at(-1)!;
  return {
    kind: "attention",
    ...{ iteration, layer, head: head.head, keyValueHead: head.keyValueHead, queryCount, keyCount },
    ...(countsOnly ? {} : { keyIds: Array.from(head.keyPositions) }),
    valueCount: head.valueRowCount,
    valuesPerQuery: queryCount === 1 ? kept : [...head.valuesPerQuery],
    ...operandBitsOf(plan),
    refetchedQueries: [...head.refetchedQueries],
    topK: [
      ...(kept < keyCount ? [{ of: "value" as const, n: keyCount, k: kept, count: queryCount }] : []),
      ...rankings,
    ],
  };
}

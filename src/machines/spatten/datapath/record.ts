import { SpattenError } from "../../../base/errors.ts";
import { parseJsonText } from "../../../base/json-text.ts";
import type { ProtectedPositions } from "../../../pruning/cascade.ts";
import { spattenMethod } from "../../../pruning/methods/spatten.ts";
import { type PruningPlan, parsePlan } from "../../../pruning/plan.ts";
import { topKIndices } from "../../../pruning/top-k.ts";
import type { AttentionJob } from "../../../workload/attention-workload.ts";
import type { Sidecar } from "../../../workload/tensor-sidecar.ts";

/** The rules by which the recorded run decided; a machine that follows them can be compared with it. */
export interface DecisionRules {
  /** Largest probability below which the low bits of K are fetched, where the plan says so. */
  readonly lowBitsBelowProbability: number | undefined;
  readonly protect: ProtectedPositions;
  /** Whether the recorded numbers come from operands at the job's widths, or from floats. */
  readonly isRecordQuantized: boolean;
  /** What was taken for granted for want of a plan. */
  readonly assumptions: readonly string[];
}

const NOTHING_PROTECTED: ProtectedPositions = { firstCount: 0, lastCount: 0 };

/** The rules among the tensors. @throws SpattenError `workload` for a plan that is broken or ranks by other scores. */
export function readRules(tensors: Sidecar): DecisionRules {
  const text = tensors.metadata("plan");
  if (text === undefined) {
    return {
      lowBitsBelowProbability: undefined,
      protect: NOTHING_PROTECTED,
      isRecordQuantized: false,
      assumptions: ["the tensors name no plan: no token is protected, recorded numbers come from floats"],
    };
  }
  const where = "tensors at plan";
  return rulesOf(parsePlan(parseJsonText(text, { code: "workload", what: "the plan", where }), where));
}

function rulesOf({ quantization, tokens, name }: PruningPlan): DecisionRules {
  if (tokens !== undefined && tokens.method !== spattenMethod.id) {
    throw new SpattenError("workload", "the machine ranks tokens by other scores than the recorded run", {
      where: `plan ${name} at tokens.method`,
      got: `"${tokens.method}"`,
      expected: `"${spattenMethod.id}"`,
    });
  }
  return {
    lowBitsBelowProbability:
      quantization?.kind === "progressive" ? quantization.maximumProbabilityThreshold : undefined,
    protect: tokens?.protect ?? NOTHING_PROTECTED,
    isRecordQuantized: quantization !== undefined,
    assumptions: [],
  };
}

/** What the record says of one head, as far as its job leaves anything to decide. */
export interface HeadRecord {
  readonly isQuantized: boolean;
  /** Largest probability of each query with the high bits alone, (queries), where K has low bits. */
  readonly maximumProbability: Float32Array | undefined;
  fetchesLowBits(query: number): boolean;
  /** Values that a query multiplies. */
  keepCount(query: number): number;
  /** Probabilities of a query (keys), before value pruning; only where it drops a value. */
  probabilities(query: number): Float32Array;
  /** Places of the values that a query kept, ascending: those of its largest probabilities. */
  keptValues(query: number): Int32Array;
}

/** The record of one head. @throws SpattenError `workload` naming a tensor that is missing. */
export function readHeadRecord(
  tensors: Sidecar,
  job: AttentionJob,
  dimension: number,
  isQuantized: boolean,
): HeadRecord {
  const { valuesPerQuery, keyCount, queryCount } = job;
  const keepCount = (query: number): number =>
    typeof valuesPerQuery === "number" ? valuesPerQuery : valuesPerQuery[query]!;
  const dropsValues = Array.from({ length: queryCount }, (_, query) => keepCount(query)).some(
    (count) => count < keyCount,
  );
  const probability = dropsValues ? tensors.headTensor(job, dimension, "probability") : new Float32Array(0);
  const probabilities = (query: number): Float32Array =>
    probability.subarray(query * keyCount, (query + 1) * keyCount);
  const everyKey = Int32Array.from({ length: keyCount }, (_, key) => key);
  const refetched = new Set(job.refetchedQueries);
  return {
    isQuantized,
    maximumProbability:
      job.keyLsbBits > 0 ? tensors.headTensor(job, dimension, "maximumProbability") : undefined,
    fetchesLowBits: (query) => refetched.has(query),
    keepCount,
    probabilities,
    keptValues: (query) =>
      keepCount(query) < keyCount ? topKIndices(probabilities(query), keepCount(query)) : everyKey,
  };
}

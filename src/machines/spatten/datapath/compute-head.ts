import type { Progress, Steps } from "../../../base/checkpoint.ts";
import { type HeadFloatOperands, loadOperands, outputStepOf } from "../../../pruning/head-operands.ts";
import type { AttentionJob } from "../../../workload/attention-workload.ts";
import type { HeadFunction } from "../../function-report.ts";
import { accuracyOf, addError, createErrorTally, type ErrorTally } from "./accuracy.ts";
import type { Comparison } from "./comparison.ts";
import { floatAttention } from "./float-attention.ts";
import { createHeadBounds, type QueryBounds } from "./head-bounds.ts";
import { computeOutput, computeProbabilities, type QueryProbabilities } from "./query.ts";
import type { DecisionRules, HeadRecord } from "./record.ts";
import type { DatapathUnits } from "./units.ts";

/** One head to compute, and where its decisions and errors go. */
export interface HeadTask {
  readonly units: DatapathUnits;
  readonly job: AttentionJob;
  /** Ids of the keys, (keys). */
  readonly keyIds: readonly number[];
  readonly dimension: number;
  readonly floats: HeadFloatOperands;
  readonly record: HeadRecord;
  readonly rules: DecisionRules;
  readonly comparison: Comparison;
  /** Errors of all heads. */
  readonly total: ErrorTally;
  /** Told while it goes on. */
  readonly progress: Progress;
}

/** One head of one layer as the machine computed it. */
export interface ComputedHead extends HeadFunction {
  /** attention_out, (queries, D), and the value of its code 1. */
  readonly outputCodes: Int16Array;
  readonly outputStep: number;
  /** Key ids whose values each query keeps, by the machine's own ranking. */
  readonly keptValueIds: readonly (readonly number[])[];
}

/** A computed head, and how far its scores may lie from the recorded ones. */
export interface HeadOutcome {
  readonly head: ComputedHead;
  /** Bound of what it adds to each token's score, (keys). */
  readonly tokenScoreErrors: Float64Array;
  /** Bound of what it adds to its own score. */
  readonly headScoreError: number;
}

/**
 * One head, query by query: Q·K, softmax, low bits, value top-k, prob·V, and its scores added to the accumulators.
 * Decisions are compared with the record, and the recorded ones are carried on. SpAtten section IV.
 */
export function* computeHead(task: HeadTask): Steps<HeadOutcome> {
  const { units, job, dimension, record } = task;
  const operands = loadOperands(task.floats, job, units.datapathBits);
  const outputStep = outputStepOf(operands, units.datapathBits);
  const { isQuantized } = record;
  const boundsOf = createHeadBounds(units, task.floats, operands, dimension, outputStep, isQuantized);
  const tally = createErrorTally();
  const outputCodes = new Int16Array(job.queryCount * dimension);
  const lowBitQueries: number[] = [];
  const keptValueIds: number[][] = [];
  const tokenScoreErrors = new Float64Array(job.keyCount);
  let headScoreError = 0;
  for (let query = 0; query < job.queryCount; query++) {
    const fetches = record.fetchesLowBits(query);
    const found = computeProbabilities(units, operands, dimension, query, () => fetches);
    if (found.needsLowBits) lowBitQueries.push(query);
    const keptCount = record.keepCount(query);
    const boundsAt = (largestScore: number, missingLowBits: number) =>
      boundsOf({ queryIndex: query, largestScore, missingLowBits, keptCount });
    compareLowBits(task, query, found, boundsAt(found.highBitsLargestScore, operands.key.lowBits));
    const bounds = boundsAt(found.largestScore, fetches ? 0 : operands.key.lowBits);

    const recordKept = record.keptValues(query);
    const { codes } = found;
    const output = computeOutput(units, operands, dimension, codes, keptCount, outputStep, recordKept);
    compareValues(task, query, found, output.ownKept, recordKept, bounds);
    keptValueIds.push(Array.from(output.ownKept, (place) => task.keyIds[place]!));
    outputCodes.set(output.codes, query * dimension);
    const exact = floatAttention(task.floats, dimension, query, recordKept);
    for (const [d, code] of output.codes.entries()) {
      addError(tally, code * outputStep, exact[d]!, bounds.output);
      addError(task.total, code * outputStep, exact[d]!, bounds.output);
    }

    units.tokenScores.accumulate(found.codes);
    units.headScores.accumulate(job.head, output.codes, dimension, outputStep);
    for (const [key, code] of found.codes.entries())
      tokenScoreErrors[key]! += bounds.probabilityOfRecord(code);
    headScoreError += dimension * bounds.outputOfRecord;
    yield task.progress;
  }
  const { iteration, layer, head } = job;
  const computed = {
    ...{ iteration, layer, head, ...accuracyOf(tally) },
    ...{ lowBitQueries, keptValueIds, outputCodes, outputStep },
  };
  return { head: computed, tokenScoreErrors, headScoreError };
}

function compareLowBits(task: HeadTask, query: number, found: QueryProbabilities, bounds: QueryBounds): void {
  const { record, job, comparison } = task;
  const threshold = task.rules.lowBitsBelowProbability;
  if (record.maximumProbability === undefined || threshold === undefined) return;
  comparison.addLowBits({
    place: placeOf(job, query),
    machineFetches: found.needsLowBits,
    recordFetches: record.fetchesLowBits(query),
    machineMaximumProbability: found.highBitsLargestCode / task.units.largestProbabilityCode,
    recordMaximumProbability: record.maximumProbability[query]!,
    thresholdProbability: threshold,
    errorBound: bounds.probabilityOfRecord(found.highBitsLargestCode),
  });
}

function compareValues(
  task: HeadTask,
  query: number,
  found: QueryProbabilities,
  machineKept: Int32Array,
  recordKept: Int32Array,
  bounds: QueryBounds,
): void {
  const { record, job, comparison } = task;
  if (machineKept.length === job.keyCount) return;
  comparison.addRanking({
    decision: "value",
    place: placeOf(job, query),
    ids: task.keyIds,
    machineKept,
    recordKept,
    machineScores: found.codes,
    scoreStep: 1 / task.units.largestProbabilityCode,
    recordScores: record.probabilities(query),
    errorBoundAt: (place) => bounds.probabilityOfRecord(found.codes[place]!),
  });
}

function placeOf({ iteration, layer, head }: AttentionJob, query: number) {
  return { iteration, layer, head, query };
}

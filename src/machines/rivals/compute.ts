import type { Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { HeadFloatOperands } from "../../pruning/head-operands.ts";
import { softmax } from "../../pruning/softmax.ts";
import type { AttentionJob, AttentionWorkload } from "../../workload/attention-workload.ts";
import type { Sidecar } from "../../workload/tensor-sidecar.ts";
import type { DecisionCounts, DecisionKind, FunctionReport, HeadFunction } from "../function-report.ts";
import { accuracyOf, addError, createErrorTally } from "../spatten/datapath/accuracy.ts";
import { floatAttention } from "../spatten/datapath/float-attention.ts";
import type { RivalParameters } from "./parameters.ts";
import { requireHeadDimension } from "./work.ts";

/** What a rival makes of one query. */
export interface RivalQuery {
  /** Rows whose dot product was computed. */
  readonly candidateCount: number;
  /** Rows whose value was multiplied, ascending, and their weights. */
  readonly kept: Int32Array;
  readonly weights: Float64Array;
  /** (D) */
  readonly output: Float64Array;
  /** An element of V as the multipliers see it: (keys, D), row-major. */
  valueAt(place: number): number;
}

/** A workload to compute on a rival. */
export interface RivalTask {
  readonly title: string;
  readonly parameters: RivalParameters;
  readonly workload: AttentionWorkload;
  readonly tensors: Sidecar;
  readonly iteration: number | undefined;
  /** Loads a head, and returns what computes a query of it. */
  loadHead(floats: HeadFloatOperands, dimension: number): (query: number) => RivalQuery;
  /** Asked for at the end. */
  assumptions(): readonly string[];
}

/**
 * The function of a rival over a workload's tensors, head by head, against attention in floats over all keys of the job. It
 * takes no decision of SpAtten's, so it reports none.
 * @throws SpattenError `workload` for a missing tensor, heads that are too wide, more keys than fit, or no job.
 */
export function* computeRival(task: RivalTask): Steps<FunctionReport> {
  const { title, parameters, workload, tensors, iteration } = task;
  const { headDimension } = workload.header.model;
  requireHeadDimension(title, parameters, workload.header);
  const jobs = workload.jobs.filter(
    (job): job is AttentionJob =>
      job.kind === "attention" && (iteration === undefined || job.iteration === iteration),
  );
  requireJobs(title, parameters, jobs, iteration);
  const total = createErrorTally();
  const heads: HeadFunction[] = [];
  const selection = { queryCount: 0, keyCount: 0, candidateCount: 0, keptCount: 0 };
  for (const job of jobs) {
    const floats = {
      query: tensors.headTensor(job, headDimension, "query"),
      key: tensors.headTensor(job, headDimension, "key"),
      value: tensors.headTensor(job, headDimension, "value"),
    };
    const allKeys = Int32Array.from({ length: job.keyCount }, (_, key) => key);
    const tally = createErrorTally();
    const compute = task.loadHead(floats, headDimension);
    for (let query = 0; query < job.queryCount; query++) {
      const found = compute(query);
      const exact = floatAttention(floats, headDimension, query, allKeys);
      const bound = errorBound(floats, headDimension, query, found);
      for (const [d, output] of found.output.entries()) {
        addError(tally, output, exact[d]!, bound);
        addError(total, output, exact[d]!, bound);
      }
      selection.queryCount++;
      selection.keyCount += job.keyCount;
      selection.candidateCount += found.candidateCount;
      selection.keptCount += found.kept.length;
      yield { stage: "computed heads", done: heads.length, total: jobs.length };
    }
    const { layer, head } = job;
    heads.push({ iteration: job.iteration, layer, head, lowBitQueries: [], ...accuracyOf(tally) });
  }
  return {
    ...accuracyOf(total),
    decisions: noDecisions(),
    recordErrorOverBoundRatio: 0,
    differences: [],
    selection,
    heads,
    layers: [],
    assumptions: [
      "computed are the rows that the workload's jobs have left, with their tensors; exact attention is over the same keys",
      ...task.assumptions(),
    ],
  };
}

/** |Σ w v' - Σ p v| ≤ Σ |w - p| × largest |v'| + Σ p |v' - v|, with room for the last bits of a float. */
function errorBound(floats: HeadFloatOperands, dimension: number, query: number, found: RivalQuery): number {
  const { key, value } = floats;
  const scores = Float64Array.from({ length: key.length / dimension }, (_, row) => {
    let sum = 0;
    for (let d = 0; d < dimension; d++)
      sum += floats.query[query * dimension + d]! * key[row * dimension + d]!;
    return sum / Math.sqrt(dimension);
  });
  const probabilities = softmax(scores);
  const weights = new Float64Array(probabilities.length);
  for (const [place, row] of found.kept.entries()) weights[row] = found.weights[place]!;
  let [weightError, largestValue, roundingError] = [0, 0, 0];
  for (const [row, probability] of probabilities.entries()) {
    weightError += Math.abs(weights[row]! - probability);
    let rowRounding = 0;
    for (let d = 0; d < dimension; d++) {
      const place = row * dimension + d;
      const seen = found.valueAt(place);
      largestValue = Math.max(largestValue, Math.abs(seen));
      rowRounding = Math.max(rowRounding, Math.abs(seen - value[place]!));
    }
    roundingError += probability * rowRounding;
  }
  return weightError * largestValue + roundingError + FLOAT_ERROR * (1 + largestValue);
}

/** Of probabilities in 32-bit floats, relative to the largest value. */
const FLOAT_ERROR = 1e-6;

function requireJobs(
  title: string,
  { keyCapacityCount, beyondCapacity }: RivalParameters,
  jobs: readonly AttentionJob[],
  iteration: number | undefined,
): void {
  if (jobs.length === 0) {
    throw new SpattenError("workload", "there is no attention job to compute", {
      ...(iteration === undefined ? {} : { where: `iteration ${iteration}` }),
    });
  }
  const long = jobs.find(({ keyCount }) => keyCount > keyCapacityCount);
  if (long === undefined) return;
  throw new SpattenError(
    "workload",
    `more keys than ${title} holds; what it computes in tiles is not modelled`,
    {
      where: `iteration ${long.iteration}, layer ${long.layer}, head ${long.head} at keyCount`,
      got: String(long.keyCount),
      expected: `at most ${keyCapacityCount}`,
      hint: `beyondCapacity is ${beyondCapacity}; a larger keyCapacityCount in the machine's configuration`,
    },
  );
}

function noDecisions(): Record<DecisionKind, DecisionCounts> {
  const none = { equalCount: 0, tieCount: 0, roundingCount: 0, unexplainedCount: 0 };
  return { token: none, head: none, value: none, lowBits: none };
}

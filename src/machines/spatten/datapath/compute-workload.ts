import type { Steps } from "../../../base/checkpoint.ts";
import type { AttentionJob, AttentionWorkload } from "../../../workload/attention-workload.ts";
import type { Sidecar } from "../../../workload/tensor-sidecar.ts";
import type { FunctionReport, LayerFunction } from "../../function-report.ts";
import { allMachineRuns } from "../jobs.ts";
import type { SpattenParameters } from "../parameters.ts";
import { accuracyOf, createErrorTally } from "./accuracy.ts";
import { functionAssumptions } from "./assumptions.ts";
import { createComparison } from "./comparison.ts";
import { type ComputedHead, computeHead } from "./compute-head.ts";
import { keyIdsOf, requireComputable } from "./layer-checks.ts";
import { addHeadErrors, endLayer, type ScoreErrors } from "./layer-end.ts";
import { readHeadRecord, readRules } from "./record.ts";
import { createUnits } from "./units.ts";

/** How to compute. */
export interface ComputeOptions {
  readonly parameters: SpattenParameters;
  /** Only the jobs of that iteration. */
  readonly iteration?: number | undefined;
  /** A maximum before the exponential, which Fig. 12 does not show; scores beyond 88 need it. Default: none. */
  readonly subtractsMaximum?: boolean | undefined;
}

/** The report of a computation, with its outputs. */
export interface ComputedWorkload extends FunctionReport {
  readonly heads: readonly ComputedHead[];
}

/**
 * Computes a summarization as the machine does, from the floats beside its workload, and compares every decision with the
 * recorded one on equal inputs: where they differ, the recorded set is carried on (teacher forcing). SpAtten section IV.
 *
 * @throws SpattenError `workload` for a generation, a tensor that is missing or a record that contradicts itself,
 *   `config` for a width that the machine lacks, `input` where exponentials leave float32.
 */
export function* computeWorkload(
  workload: AttentionWorkload,
  tensors: Sidecar,
  options: ComputeOptions,
): Steps<ComputedWorkload> {
  const { headDimension: dimension, unprunedLength } = workload.header.model;
  // Fully connected layers are computed by whoever ran the model; their jobs have no tensors here.
  const runs = allMachineRuns(options.parameters, workload, options.iteration).filter(
    (run) => run.kind === "attention",
  );
  const rules = readRules(tensors);
  requireComputable(runs, rules.lowBitsBelowProbability);
  const units = createUnits(options.parameters, {
    lowBitsBelowProbability: rules.lowBitsBelowProbability ?? 0,
    subtractsMaximum: options.subtractsMaximum === true,
  });
  const layerKeyIds = runs.map((run) => keyIdsOf(run, tensors));
  const jobCount = runs.reduce((sum, run) => sum + run.jobs.length, 0);
  const [comparison, total] = [createComparison(), createErrorTally()];
  const [heads, layers]: [ComputedHead[], LayerFunction[]] = [[], []];
  let errors: ScoreErrors = { tokens: new Float64Array(0), heads: new Map() };
  const floatsOf = (job: AttentionJob) => ({
    query: tensors.headTensor(job, dimension, "query"),
    key: tensors.headTensor(job, dimension, "key"),
    value: tensors.headTensor(job, dimension, "value"),
  });

  for (const [index, run] of runs.entries()) {
    const keyIds = layerKeyIds[index]!;
    if (run.iteration !== runs[index - 1]?.iteration) {
      units.tokenScores.clear();
      units.headScores.clear();
      errors = { tokens: new Float64Array(keyIds.length), heads: new Map() };
    }
    for (const job of run.jobs) {
      const outcome = yield* computeHead({
        ...{ units, job, keyIds, dimension, rules, comparison, total },
        floats: floatsOf(job),
        record: readHeadRecord(tensors, job, dimension, rules.isRecordQuantized),
        progress: { stage: "computed heads", done: heads.length, total: jobCount },
      });
      heads.push(outcome.head);
      addHeadErrors(errors, outcome);
    }
    const following = runs[index + 1];
    const next =
      following?.iteration === run.iteration
        ? { keyIds: layerKeyIds[index + 1]!, heads: following.jobs.map((job) => job.head) }
        : undefined;
    layers.push(
      endLayer({
        ...{ units, run, keyIds, next, rules, tensors, comparison, errors },
        originalLength: unprunedLength,
      }),
    );
  }
  yield { stage: "computed heads", done: jobCount, total: jobCount };
  return {
    ...accuracyOf(total),
    decisions: comparison.counts,
    recordErrorOverBoundRatio: comparison.largestErrorOverBound(),
    differences: comparison.differences,
    heads,
    layers,
    assumptions: functionAssumptions(units, rules),
  };
}

/** The report alone, without outputs and kept values: small enough for a document. */
export function functionReport({ heads, ...computed }: ComputedWorkload): FunctionReport {
  return {
    ...computed,
    heads: heads.map(({ outputCodes: _codes, outputStep: _step, keptValueIds: _ids, ...head }) => head),
  };
}

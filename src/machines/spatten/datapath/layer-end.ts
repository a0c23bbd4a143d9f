import type { Sidecar } from "../../../workload/tensor-sidecar.ts";
import type { LayerFunction } from "../../function-report.ts";
import type { LayerRun } from "../jobs.ts";
import { type CascadeChoice, rankHeads, rankTokens } from "./cascade.ts";
import type { Comparison } from "./comparison.ts";
import type { HeadOutcome } from "./compute-head.ts";
import { FLOAT32_RELATIVE_ROUNDING } from "./error-bound.ts";
import { placesOf } from "./layer-checks.ts";
import type { DecisionRules } from "./record.ts";
import type { DatapathUnits } from "./units.ts";

/** Bounds of |machine - record| of the accumulated scores. */
export interface ScoreErrors {
  /** Of each token that is left, (tokens). */
  tokens: Float64Array;
  /** By head id. */
  heads: Map<number, number>;
}

/** Adds what one head may be off by. */
export function addHeadErrors(errors: ScoreErrors, outcome: HeadOutcome): void {
  for (const [place, error] of outcome.tokenScoreErrors.entries()) errors.tokens[place]! += error;
  const { head } = outcome.head;
  errors.heads.set(head, (errors.heads.get(head) ?? 0) + outcome.headScoreError);
}

/** What the recorded run works on next. */
export interface NextLayer {
  readonly keyIds: readonly number[];
  readonly heads: readonly number[];
}

/** A layer whose heads are done. */
export interface FinishedLayer {
  readonly units: DatapathUnits;
  readonly run: LayerRun;
  readonly keyIds: readonly number[];
  /** Absent after the last layer, where nothing is recorded to compare with. */
  readonly next: NextLayer | undefined;
  readonly rules: DecisionRules;
  readonly tensors: Sidecar;
  readonly comparison: Comparison;
  readonly errors: ScoreErrors;
  /** Tokens before any pruning: what protected positions count from. */
  readonly originalLength: number;
}

/**
 * The cascade at a layer's end: ranks tokens, then heads, compares with what the record works on next, and carries on with
 * that. SpAtten Algorithm 2. @throws SpattenError `workload` naming a score that is missing, or a token that is back.
 */
export function endLayer(layer: FinishedLayer): LayerFunction {
  const { units, run, keyIds, next, errors } = layer;
  const heads = run.jobs.map((job) => job.head);
  const ranking = (of: "token" | "head") =>
    run.jobs.flatMap((job) => job.topK).find((event) => event.of === of);
  const [tokenTopK, headTopK] = [ranking("token"), ranking("head")];
  const tokens =
    tokenTopK === undefined
      ? undefined
      : rankTokens(units, keyIds, tokenTopK.k, layer.rules.protect, layer.originalLength);
  const chosenHeads = headTopK === undefined ? undefined : rankHeads(units, heads, headTopK.k);
  if (next !== undefined) {
    const tokenPlaces = placesOf(next.keyIds, keyIds, "token", run);
    const headPlaces = placesOf(next.heads, heads, "head", run);
    if (tokens !== undefined)
      compare(layer, "token", keyIds, tokens, tokenPlaces, (place) => errors.tokens[place]!);
    if (chosenHeads !== undefined) {
      compare(layer, "head", heads, chosenHeads, headPlaces, (place) => errors.heads.get(heads[place]!)!);
    }
    units.tokenScores.keep(tokenPlaces);
    errors.tokens = Float64Array.from(tokenPlaces, (place) => errors.tokens[place]!);
  }
  const idsOf = (choice: CascadeChoice, ids: readonly number[]) =>
    Array.from(choice.kept, (place) => ids[place]!);
  return {
    iteration: run.iteration,
    layer: run.layer,
    ...(tokens === undefined ? {} : { keptTokenIds: idsOf(tokens, keyIds) }),
    ...(chosenHeads === undefined ? {} : { keptHeads: idsOf(chosenHeads, heads) }),
  };
}

function compare(
  layer: FinishedLayer,
  decision: "token" | "head",
  ids: readonly number[],
  choice: CascadeChoice,
  recordKept: Int32Array,
  errorAt: (place: number) => number,
): void {
  const { run, tensors, comparison } = layer;
  const recordScores = tensors.layerTensor(run, decision === "token" ? "tokenImportance" : "headImportance");
  comparison.addRanking({
    decision,
    place: { iteration: run.iteration, layer: run.layer },
    ids,
    machineKept: choice.kept,
    recordKept,
    machineScores: choice.scores,
    scoreStep: decision === "token" ? 1 / layer.units.largestProbabilityCode : 1,
    recordScores,
    // The record decided on float64 sums and holds them in float32.
    errorBoundAt: (place) => errorAt(place) + Math.abs(recordScores[place]!) * FLOAT32_RELATIVE_ROUNDING,
  });
}

import { SpattenError } from "../base/errors.ts";
import { requireInteger } from "../base/require.ts";
import type { Budget, PruningPlan, Schedule } from "./plan.ts";
import { clampCount, roundCount, withoutNoise } from "./rounding.ts";

/** The schedules that say a part; a `counts` schedule says numbers. */
export type RatioSchedule = Exclude<Schedule, { readonly kind: "counts" }>;

type LinearSchedule = Extract<Schedule, { readonly kind: "linear" }>;

/** Where in a model a budget is asked for. */
export interface BudgetContext {
  readonly layer: number;
  readonly layerCount: number;
  /** Tokens or heads before any pruning. */
  readonly originalCount: number;
  /** Those that the layer before left. */
  readonly currentCount: number;
}

/**
 * The part that `layer` works on: its entry in the list (the last one for the layers beyond it), or its point on the
 * line between the two ends. SpAtten section III.
 *
 * @throws SpattenError `config` for a line whose end is no ratio, `input` for a layer outside the model.
 */
export function keepRatioAtLayer(schedule: RatioSchedule, layer: number, layerCount: number): number {
  requireInteger(layerCount, "layer count", 1);
  requireInteger(layer, "layer", 0, layerCount - 1);
  if (schedule.kind === "per-layer") return entryAt(schedule.keepRatio, layer);
  const endKeepRatio = endOf(schedule);
  const { unprunedLayersRatio, unprunedLayersRounding, averageKeepRatio, startKeepRatio } = schedule;
  const unprunedLayers = roundCount(unprunedLayersRatio * layerCount, unprunedLayersRounding);
  if (layer < unprunedLayers) return 1;
  const prunedLayers = layerCount - unprunedLayers;
  if (prunedLayers === 1) return averageKeepRatio;
  const progress = (layer - unprunedLayers) / (prunedLayers - 1);
  return startKeepRatio + (endKeepRatio - startKeepRatio) * progress;
}

/**
 * How many tokens or heads `layer` works on: ratio × base, rounded as the plan says, never below the minimum (as far as
 * there are any) and never above what is there, since what has left does not come back. SpAtten section III.
 *
 * @throws SpattenError `config` as `validatePlan` does, `input` for a context that is not whole numbers.
 */
export function keepCountAtLayer(budget: Budget, context: BudgetContext): number {
  const { layer, layerCount, originalCount, currentCount } = context;
  requireInteger(originalCount, "original count");
  requireInteger(currentCount, "current count");
  const { schedule, rounding, minimumCount } = budget;
  if (schedule.kind === "counts") {
    requireInteger(layerCount, "layer count", 1);
    requireInteger(layer, "layer", 0, layerCount - 1);
    return clampCount(entryAt(schedule.keepCount, layer), minimumCount, currentCount);
  }
  const product = keepRatioAtLayer(schedule, layer, layerCount) * baseOf(budget, context);
  return clampCount(roundCount(product, rounding), minimumCount, currentCount);
}

/**
 * Raises early what a plan's schema cannot see: a line that ends outside (0, 1], a ratio of a constant that is not
 * given, keys of more than 16 bits. A list longer than `layerCount` is no error: its further entries stay unused.
 *
 * @throws SpattenError `config` naming the field, `input` for a `layerCount` that is no whole number above 0.
 */
export function validatePlan(plan: PruningPlan, layerCount = 1): void {
  requireInteger(layerCount, "layer count", 1);
  for (const field of ["tokens", "heads"] as const) {
    const budget = plan[field];
    if (budget === undefined || budget.schedule.kind === "counts") continue;
    if (budget.schedule.kind === "linear") endOf(budget.schedule, `${field}.schedule`);
    if (budget.ratioOf === "constant") constantOf(budget, `${field}.constantCount`);
  }
  if (plan.quantization?.kind !== "progressive") return;
  const { mostSignificantBits, leastSignificantBits } = plan.quantization;
  if (mostSignificantBits + leastSignificantBits <= MAXIMUM_CODE_BITS) return;
  throw new SpattenError("config", "a key does not fit its code", {
    where: "quantization",
    got: `${mostSignificantBits} + ${leastSignificantBits} bits`,
    expected: `at most ${MAXIMUM_CODE_BITS} bits in all`,
  });
}

/** Codes are held in 16 bits. */
const MAXIMUM_CODE_BITS = 16;

function baseOf(budget: Budget, { originalCount, currentCount }: BudgetContext): number {
  if (budget.ratioOf === "constant") return constantOf(budget);
  return budget.ratioOf === "original" ? originalCount : currentCount;
}

function constantOf(budget: Budget, where = "constantCount"): number {
  if (budget.constantCount !== undefined) return budget.constantCount;
  throw new SpattenError("config", "a ratio of a constant needs the constant", {
    where,
    got: "nothing",
    expected: "a whole number of at least 1",
  });
}

function entryAt(list: readonly number[], layer: number): number {
  const entry = list[Math.min(layer, list.length - 1)];
  if (entry !== undefined) return entry;
  throw new SpattenError("config", "a per-layer list is empty", { expected: "at least one entry" });
}

function endOf(schedule: LinearSchedule, where = "schedule"): number {
  const end = withoutNoise(2 * schedule.averageKeepRatio - schedule.startKeepRatio);
  if (end > 0 && end <= 1) return end;
  throw new SpattenError("config", "a linear schedule ends outside (0, 1]", {
    where,
    got: `2 × ${schedule.averageKeepRatio} - ${schedule.startKeepRatio} = ${end}`,
    hint: "move startKeepRatio towards averageKeepRatio",
  });
}

import * as z from "zod/mini";
import { configHash } from "../../base/json.ts";
import { integerAtLeast } from "../../base/schema.ts";
import type { CostName } from "../evaluation/savings.ts";
import type { PlanParts } from "./candidate-plan.ts";
import type { Judgement } from "./judgement.ts";

const interval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
const saving = z.strictObject({ dense: z.number(), pruned: z.number(), savedRatio: z.number() });

/** A plan judged on so many rows. As a line of JSON it is what a stopped search goes on from. */
export const trialSchema = z.strictObject({
  /** Name of what the plan changes, and number of rows. */
  key: z.string(),
  rowCount: integerAtLeast(1),
  metric: z.strictObject({ id: z.string(), title: z.string() }),
  quality: z.strictObject({ dense: interval, pruned: interval, difference: interval }),
  savings: z.strictObject({
    inputCount: z.number(),
    meanTokenCount: z.number(),
    meanTokenKeepRatio: z.number(),
    meanHeadKeepRatio: z.number(),
    attentionOperations: saving,
    linearOperations: saving,
    dramBytes: saving,
    dramBytesAgainst: z.strictObject({ float32: saving, sameBits: saving }),
    cycles: saving,
    energyPicojoules: saving,
    measuredMilliseconds: saving,
    cache: z.optional(z.strictObject({ fetchedRows: saving, heldRows: saving, bytes: saving })),
  }),
});

export type Trial = z.infer<typeof trialSchema>;

/** The rows of a search, or those that it keeps for the end. */
export type RowSet = "search" | "fresh";

/** Equal for plans that change the same, whatever they are called. */
export function trialKey(parts: PlanParts, rowCount: number, rowSet: RowSet = "search"): string {
  return `${configHash(parts)}/${rowSet === "search" ? "" : `${rowSet}-`}${rowCount}`;
}

/** Half the width of a 95 % interval, in standard errors. */
const STANDARD_ERRORS = 1.96;

/**
 * What a search sees of a trial, with a margin in standard errors: the plans that are chosen for a figure are those that
 * were lucky with it, and lose more on other rows.
 */
export function judgementOf({ quality, savings }: Trial, cost: CostName, margin: number): Judgement {
  const { value, low, high } = quality.difference;
  const errorPoints = ((high - low) / (2 * STANDARD_ERRORS)) * 100;
  const lossPoints = 0 - value * 100;
  return {
    lossPoints,
    // One error is little against a plan: giving a good one up costs less than running every bad one on all rows.
    leastLossPoints: lossPoints - errorPoints,
    assuredLossPoints: lossPoints + margin * errorPoints,
    costRatio: savings[cost].pruned / savings[cost].dense,
  };
}

import type { PruningPlan } from "../../pruning/plan.ts";
import type { SplitName } from "../datasets/dataset.ts";
import type { Evaluation } from "../evaluation/evaluate.ts";
import type { CostName, Savings } from "../evaluation/savings.ts";
import type { BootstrapOptions, PairedIntervals } from "../metrics/bootstrap.ts";
import type { PlanParts } from "./candidate-plan.ts";

export const TUNING_SCHEMA = "spatten/tuning@1";

/** What a plan changes, and what that cost and saved on all rows of a search. */
export interface JudgedPlan {
  readonly parts: PlanParts;
  readonly quality: PairedIntervals;
  readonly savings: Savings;
}

/** A plan that was tried and is not on the front; those on fewer than all rows were given up there. */
export interface OtherTrial {
  readonly rowCount: number;
  /** Pruned − dense, in points. */
  readonly differencePoints: number;
  readonly savedRatio: number;
}

/** A technique that the search did without. */
export interface LeftOut {
  readonly technique: string;
  readonly reason: string;
}

/** What a search found. Plain data. */
export interface Tuning {
  readonly schema: typeof TUNING_SCHEMA;
  readonly model: string;
  readonly engine: string;
  readonly dataset: {
    readonly name: string;
    readonly format: string;
    readonly split: SplitName;
    /** Rows that the search looked at. */
    readonly rowCount: number;
    /** The split that validation rows were cut out of, where the data set has none. */
    readonly cutFrom: "train" | "test" | null;
  };
  readonly task: string;
  readonly metric: { readonly id: string; readonly title: string };
  readonly floorPoints: number;
  /** Standard errors that the loss had to stay below the floor. */
  readonly margin: number;
  readonly objective: CostName;
  readonly seed: number;
  readonly search: {
    readonly triedCount: number;
    /** Plans that were judged on all rows. */
    readonly judgedOnAllCount: number;
    readonly trialBudget: number;
    /** Rows of each rung. */
    readonly rowCounts: readonly number[];
    /** Rows of each class that neighbours and centroids came from; null for all. */
    readonly supportPerClass: number | null;
    readonly leftOut: readonly LeftOut[];
  };
  /** What could be done within the floor: something is pruned, only widths are narrower, or nothing. */
  readonly finding: "pruned" | "bits" | "dense";
  readonly chosen: JudgedPlan & { readonly plan: PruningPlan };
  /** The chosen plan on the rows of the split that the search left over, where a limit left some. */
  readonly confirmation: {
    readonly rowCount: number;
    /** Cheaper plans that lost too much there. */
    readonly failedCount: number;
    readonly quality: PairedIntervals;
  } | null;
  /** Of the plans judged on all rows, those that no other one dominates, cheapest first. */
  readonly front: readonly JudgedPlan[];
  readonly others: readonly OtherTrial[];
  readonly bootstrap: BootstrapOptions;
  /** The chosen plan on rows that the search never saw, where they were asked for. */
  readonly test: Evaluation | null;
}

/** What a plan's parts mean for the words about it. */
export function findingOf({ tokens, heads, fixedHeads, values, quantization }: PlanParts): Tuning["finding"] {
  if ([tokens, heads, fixedHeads, values].some((part) => part !== undefined)) return "pruned";
  return quantization === undefined ? "dense" : "bits";
}

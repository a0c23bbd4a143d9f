import { mean } from "../../base/statistics.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { float32DramBytes, sameBitsDramBytes } from "./dense-traffic.ts";
import type { FinishedRow, Outcome } from "./outcome.ts";

/** A cost of all inputs together, dense and pruned. */
export interface Saving {
  readonly dense: number;
  readonly pruned: number;
  /** dense / pruned */
  readonly savedRatio: number;
}

/** What the pruned runs worked on and cost, beside the dense ones, over every input that went through the model. */
export interface Savings {
  readonly inputCount: number;
  readonly meanTokenCount: number;
  readonly meanTokenKeepRatio: number;
  readonly meanHeadKeepRatio: number;
  readonly attentionOperations: Saving;
  readonly linearOperations: Saving;
  /** The dense operands are of 12 bits. */
  readonly dramBytes: Saving;
  /** The same against dense numbers of float32, and against dense operands of the plan's own bits. */
  readonly dramBytesAgainst: { readonly float32: Saving; readonly sameBits: Saving };
  readonly cycles: Saving;
  readonly energyPicojoules: Saving;
  /** Wall time of the engine on the computer that ran it; everything else is counted or simulated. */
  readonly measuredMilliseconds: Saving;
  /** A decoder's: rows of K that were read, rows that its cache held meanwhile, and the bytes of the cache at the end. */
  readonly cache?: CacheSavings | undefined;
}

export interface CacheSavings {
  readonly fetchedRows: Saving;
  readonly heldRows: Saving;
  readonly bytes: Saving;
}

/** The costs that a plan can be chosen by. */
export type CostName =
  | "attentionOperations"
  | "linearOperations"
  | "dramBytes"
  | "cycles"
  | "energyPicojoules"
  | "measuredMilliseconds";

/** Totals over the finished rows of a plan. */
export function savingsOf(rows: readonly FinishedRow[], plan: PruningPlan): Savings {
  const against = (denseCost: (outcome: Outcome) => number, prunedCost: (outcome: Outcome) => number) => {
    const dense = rows.reduce((sum, row) => sum + denseCost(row.dense), 0);
    const pruned = rows.reduce((sum, row) => sum + prunedCost(row.pruned), 0);
    return { dense, pruned, savedRatio: dense / pruned };
  };
  const saving = (name: CostName): Saving =>
    against(
      (outcome) => outcome[name],
      (outcome) => outcome[name],
    );
  const ofCache = (name: keyof CacheSavings): Saving =>
    against(
      ({ cache }) => cache![name],
      ({ cache }) => cache![name],
    );
  const isDecoder = rows.every(
    ({ dense, pruned }) => dense.cache !== undefined && pruned.cache !== undefined,
  );
  const prunedBytes = ({ dramBytes }: Outcome) => dramBytes;
  return {
    inputCount: rows.length,
    meanTokenCount: mean(rows.map((row) => row.dense.tokenCount)),
    meanTokenKeepRatio: mean(rows.map((row) => row.pruned.tokenKeepRatio)),
    meanHeadKeepRatio: mean(rows.map((row) => row.pruned.headKeepRatio)),
    attentionOperations: saving("attentionOperations"),
    linearOperations: saving("linearOperations"),
    dramBytes: saving("dramBytes"),
    dramBytesAgainst: {
      float32: against(float32DramBytes, prunedBytes),
      sameBits: against((outcome) => sameBitsDramBytes(outcome, plan), prunedBytes),
    },
    cycles: saving("cycles"),
    energyPicojoules: saving("energyPicojoules"),
    measuredMilliseconds: saving("measuredMilliseconds"),
    ...(isDecoder
      ? {
          cache: {
            ...{ fetchedRows: ofCache("fetchedRows"), heldRows: ofCache("heldRows") },
            bytes: ofCache("bytes"),
          },
        }
      : {}),
  };
}

import { mean } from "../../base/statistics.ts";
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
  readonly cycles: Saving;
  readonly energyPicojoules: Saving;
  /** Wall time of the engine on the computer that ran it; everything else is counted or simulated. */
  readonly measuredMilliseconds: Saving;
}

/** Totals over the finished rows. */
export function savingsOf(rows: readonly FinishedRow[]): Savings {
  const saving = (
    name:
      | "attentionOperations"
      | "linearOperations"
      | "dramBytes"
      | "cycles"
      | "energyPicojoules"
      | "measuredMilliseconds",
  ): Saving => {
    const total = (outcome: (row: FinishedRow) => Outcome) =>
      rows.reduce((sum, row) => sum + outcome(row)[name], 0);
    const [dense, pruned] = [total((row) => row.dense), total((row) => row.pruned)];
    return { dense, pruned, savedRatio: dense / pruned };
  };
  return {
    inputCount: rows.length,
    meanTokenCount: mean(rows.map((row) => row.dense.tokenCount)),
    meanTokenKeepRatio: mean(rows.map((row) => row.pruned.tokenKeepRatio)),
    meanHeadKeepRatio: mean(rows.map((row) => row.pruned.headKeepRatio)),
    attentionOperations: saving("attentionOperations"),
    linearOperations: saving("linearOperations"),
    dramBytes: saving("dramBytes"),
    cycles: saving("cycles"),
    energyPicojoules: saving("energyPicojoules"),
    measuredMilliseconds: saving("measuredMilliseconds"),
  };
}

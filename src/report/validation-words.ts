import type { EvidenceKind } from "../experiments/validation/oracle.ts";
import type { OracleResult } from "../experiments/validation/run-oracle.ts";

/** How an oracle ended, in one word: a law holds, everything else is equal. */
export function verdictOf({ state, kind }: Pick<OracleResult, "state" | "kind">): string {
  if (state === "skipped") return "skipped";
  if (state === "failed") return "FAILS";
  return kind === "law" || kind === "hand figure" ? "holds" : "equal";
}

/** How many of how many, and the figure; or why there is none. */
export function findingOf(result: OracleResult): string {
  if (result.state === "skipped") return result.reason;
  const { passedCount, comparedCount, unit, figure } = result.outcome;
  return `${passedCount} of ${comparedCount} ${unit}: ${figure}`;
}

/** What each kind of evidence is worth. */
export const evidenceKinds: Readonly<Record<EvidenceKind, string>> = {
  "RTL-exact":
    "recorded from the authors' own hardware description in simulation, equal in every recorded cycle",
  "other simulator": "recorded from a memory simulator that others wrote",
  "behavioural model": "recorded from the authors' model in C++, which is not their hardware",
  "own slow twin": "our fast code against our own slow and obvious code: it shows faults of programming only",
  law: "a bound that we promise, or that no machine can break",
  "hand figure": "a count or a bound that can be worked out with a pencil",
};

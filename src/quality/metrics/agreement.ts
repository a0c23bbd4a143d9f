import { requireLength } from "../../base/require.ts";

/** Part of the rows on which two runs decide alike, right or wrong; NaN without rows. */
export function agreementRatio(decisions: readonly string[], denseDecisions: readonly string[]): number {
  requireLength(decisions.length, denseDecisions.length, "decisions");
  return decisions.filter((decision, row) => decision === denseDecisions[row]).length / decisions.length;
}

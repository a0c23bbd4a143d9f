import type { DecisionCounts, DecisionKind, FunctionReport } from "../machines/function-report.ts";
import { formatPercent } from "../report/format.ts";
import { padTo, type Style } from "./terminal.ts";

const DECISION_TITLES: Readonly<Record<DecisionKind, string>> = {
  token: "token top-k",
  head: "head top-k",
  value: "local value top-k",
  lowBits: "low bits fetched",
};

/** What a machine computed, for people: the error of its outputs, and its decisions beside the recorded ones. */
export function renderFunction(computed: FunctionReport, style: Style): string[] {
  return [
    style.dim("computed with the workload's tensors"),
    `  outputs against floats: ${formatPercent(computed.relativeRmsError)} (rms), ` +
      `at most ${computed.maximumAbsoluteError.toPrecision(3)}, ` +
      `${formatPercent(computed.errorOverBoundRatio)} of the stated bound`,
    ...selectionLine(computed),
    ...(Object.entries(computed.decisions) as [DecisionKind, DecisionCounts][])
      .filter(([, counts]) => countOf(counts) > 0)
      .map(([kind, counts]) => `  ${padTo(DECISION_TITLES[kind], 24)}${decisionLine(counts)}`),
    ...(computed.differences.length > 0 ? [style.dim("  --json lists the decisions that differ")] : []),
  ];
}

function selectionLine({ selection }: FunctionReport): string[] {
  if (selection === undefined) return [];
  const { keyCount, candidateCount, keptCount } = selection;
  return [
    `  of the keys ${formatPercent(candidateCount / keyCount)} candidates, ${formatPercent(keptCount / keyCount)} kept`,
  ];
}

function countOf({ equalCount, tieCount, roundingCount, unexplainedCount }: DecisionCounts): number {
  return equalCount + tieCount + roundingCount + unexplainedCount;
}

function decisionLine(counts: DecisionCounts): string {
  const different = countOf(counts) - counts.equalCount;
  const causes = [
    [counts.tieCount, "ties"],
    [counts.roundingCount, "within rounding"],
    [counts.unexplainedCount, "unexplained"],
  ].filter(([count]) => count !== 0);
  const because = causes.length === 0 ? "" : ` (${causes.map((part) => part.join(" ")).join(", ")})`;
  return `${counts.equalCount} as recorded, ${different} different${because}`;
}

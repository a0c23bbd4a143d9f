import type { CounterfactualResult, Explanation } from "../machines/explain.ts";
import { formatPercent, formatQuantity } from "../report/format.ts";
import { bar, padTo, type Style, safe } from "./terminal.ts";

const MOST_ROWS = 24;

/** Why a run takes as long as it does, for people: what set the pace when, and what each ideal part would gain. */
export function renderExplanation({ pace, counterfactuals }: Explanation, style: Style): string {
  const barWidth = Math.max(10, style.columns - 56);
  const endCycle = pace.at(-1)?.endCycle ?? 1;
  const shown = pace.slice(0, MOST_ROWS);
  return [
    "",
    style.dim(`${padTo("what set the pace, from cycle", 34)}${padTo("share of it", 14, "right")}`),
    ...shown.map(
      ({ startCycle, endCycle: end, cause, shareRatio }) =>
        `  ${padTo(formatQuantity(startCycle, ""), 10, "right")}  ${padTo(safe(cause), 24)}` +
        `${padTo(formatPercent(shareRatio), 10, "right")}  ${style.accent(bar((end - startCycle) / endCycle, barWidth))}`,
    ),
    ...(pace.length > MOST_ROWS
      ? [style.dim(`  and ${pace.length - MOST_ROWS} more (--json lists them)`)]
      : []),
    "",
    style.dim("each run again with one thing changed"),
    ...counterfactuals.map((row) => counterfactualLine(row)),
    "",
  ].join("\n");
}

function counterfactualLine({ title, cycles, speedupRatio }: CounterfactualResult): string {
  return `  ${padTo(`${speedupRatio.toFixed(2)}x`, 8, "right")}  ${padTo(safe(title), 68)}${formatQuantity(cycles, "cycles")}`;
}

import type { Evaluation } from "../quality/evaluation/evaluate.ts";
import { formatPercent } from "../report/format.ts";
import { padTo, type Style } from "./terminal.ts";

/** What the intervals of an evaluation draw. */
export function drawnOf({ protocol }: Evaluation): string {
  if (protocol?.kind !== "windows") return "the rows";
  const { of, count, tokenCount } = protocol.drawn;
  return of === "windows" ? `the ${count} windows` : `${count} blocks of ${tokenCount} consecutive tokens`;
}

/** What a model decides in an evaluation. */
export function decidedOf({ protocol }: Evaluation): string {
  return protocol?.kind === "windows" ? "tokens" : "rows";
}

/** How a decoder's rows were made, and what only the dense model or the grid of them says. */
export function renderProtocol({ protocol }: Evaluation, style: Style): string[] {
  if (protocol === undefined) return [];
  if (protocol.kind === "windows") {
    const { windowTokenCount, promptTokenCount, scoredTokenCount, beginId, wholeWindows } = protocol;
    const begin = beginId === null ? "no begin token" : `begin token ${beginId} in front`;
    return [
      style.dim(
        `windows of ${windowTokenCount} tokens, ${begin}: a prompt of ${promptTokenCount}, then ${scoredTokenCount} one by one under the plan`,
      ),
      style.dim(
        `dense over whole windows: ${wholeWindows.nats.toFixed(4)} nats a token, perplexity ${wholeWindows.perplexity.toFixed(2)} (${wholeWindows.tokenCount} tokens)`,
      ),
    ];
  }
  return [
    style.dim(`${padTo("fact hidden in", 16)}${padTo("at depth", 12)}${padTo("dense", 10)}pruned`),
    ...protocol.cells.map(
      ({ lengthTokenCount, depthRatio, rowCount, rightCount }) =>
        `${padTo(`${lengthTokenCount} tokens`, 16)}${padTo(formatPercent(depthRatio), 12)}` +
        `${padTo(`${rightCount.dense}/${rowCount}`, 10)}${rightCount.pruned}/${rowCount}`,
    ),
  ];
}

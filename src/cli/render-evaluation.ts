import type { Evaluation, QualityFigure } from "../quality/evaluation/evaluate.ts";
import type { Saving } from "../quality/evaluation/savings.ts";
import type { MetricUnit } from "../quality/evaluation/task.ts";
import type { Interval } from "../quality/metrics/bootstrap.ts";
import { arithmeticNote } from "../report/arithmetic-note.ts";
import { formatEnergy, formatPercent, formatQuantity, formatRatio, formatTime } from "../report/format.ts";
import { decidedOf, drawnOf, renderProtocol } from "./render-protocol.ts";
import { padTo, type Style, safe } from "./terminal.ts";

/** An evaluation for people: quality dense and pruned with intervals, then what was saved. */
export function renderEvaluation(evaluation: Evaluation, style: Style): string {
  const { dataset, bootstrap, agreementWithDenseRatio: agreement } = evaluation;
  return [
    `${style.bold(safe(evaluation.model))} under plan ${style.bold(safe(evaluation.plan.name))}${arithmeticNote(evaluation.arithmetic)}`,
    `  ${safe(dataset.name)} (${dataset.format}), ${dataset.rowCount} rows of ${dataset.split}; task ${evaluation.task}`,
    "",
    style.dim(
      `${padTo("quality", 24)}${["dense", "pruned", "pruned − dense"].map((name) => padTo(name, 27)).join("")}`.trimEnd(),
    ),
    ...evaluation.metrics.map((figure) => renderFigure(figure, style)),
    style.dim(
      `[..] ${bootstrap.levelRatio * 100} % of ${bootstrap.resampleCount} resamples of ${drawnOf(evaluation)}, the difference paired; seed ${bootstrap.seed}`,
    ),
    ...(agreement === null
      ? []
      : [`decides as the dense model on ${formatPercent(agreement)} of the ${decidedOf(evaluation)}`]),
    ...renderProtocol(evaluation, style),
    "",
    ...renderSavings(evaluation, style),
    "",
  ].join("\n");
}

function renderFigure(
  { title, unit, dense, pruned, difference, rightCount }: QualityFigure,
  style: Style,
): string {
  const cells = [dense, pruned, difference].map((interval, index) =>
    padTo(intervalText(interval, index === 2, unit), 27),
  );
  const counts = rightCount === undefined ? "" : `${rightCount.dense} → ${rightCount.pruned} right`;
  return `${padTo(safe(title).slice(0, 23), 24)}${cells.join("")}${style.dim(counts)}`.trimEnd();
}

function intervalText({ value, low, high }: Interval, isSigned: boolean, unit?: MetricUnit): string {
  const [factor, digits] = unit === undefined ? [100, 2] : unit === "nats" ? [1, 4] : [1, 2];
  const text = (part: number) =>
    `${isSigned && part > 0 ? "+" : ""}${(part * factor).toFixed(digits)}`.replace(/^-(0\.0+)$/, "$1");
  return `${text(value)} [${text(low)}, ${text(high)}]`;
}

function renderSavings({ savings }: Evaluation, style: Style): string[] {
  const row = (name: string, saving: Saving, format: (value: number) => string): string =>
    `${padTo(name, 34)}${padTo(format(saving.dense), 12, "right")}${padTo(format(saving.pruned), 12, "right")}` +
    style.bold(padTo(formatRatio(saving.savedRatio), 9, "right"));
  const count = (unit: string) => (value: number) => formatQuantity(value, unit);
  return [
    style.dim(
      `${padTo(`over ${savings.inputCount} inputs`, 34)}${["dense", "pruned"].map((name) => padTo(name, 12, "right")).join("")}${padTo("saved", 9, "right")}`,
    ),
    row("attention operations", savings.attentionOperations, count("op")),
    row("projections and feed-forward", savings.linearOperations, count("op")),
    row("DRAM on spatten, analytical", savings.dramBytes, count("B")),
    row("  against float32", savings.dramBytesAgainst.float32, count("B")),
    row("  against dense of the same bits", savings.dramBytesAgainst.sameBits, count("B")),
    row("cycles on spatten, analytical", savings.cycles, count("")),
    row("energy on spatten, analytical", savings.energyPicojoules, formatEnergy),
    row("measured wall time of the engine", savings.measuredMilliseconds, (value) =>
      formatTime(value / 1000),
    ),
    ...(savings.cache === undefined
      ? []
      : [
          row("rows of the cache that were read", savings.cache.fetchedRows, count("")),
          row("rows that it held meanwhile", savings.cache.heldRows, count("")),
          row("bytes of the cache at the end", savings.cache.bytes, count("B")),
        ]),
    `tokens kept ${formatPercent(savings.meanTokenKeepRatio)} of ${savings.meanTokenCount.toFixed(1)} and heads kept ` +
      `${formatPercent(savings.meanHeadKeepRatio)}, on average over inputs and layers`,
  ];
}

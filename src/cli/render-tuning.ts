import type { JudgedPlan, Tuning } from "../quality/tuning/tuning.ts";
import { formatPercent, formatRatio, formatSaving } from "../report/format.ts";
import { bitsText, describeParts, objectiveTitle, paretoPoints, pointsText } from "../report/tuning-words.ts";
import { renderScatter } from "./scatter.ts";
import { padTo, type Style, safe } from "./terminal.ts";

/** A search for people: what was tried, the picture, the front, the chosen plan and how far to trust it. */
export function renderTuning(tuning: Tuning, style: Style): string {
  const { dataset, search, metric, floorPoints } = tuning;
  const title = safe(metric.title);
  const cut = dataset.cutFrom === null ? "" : `, cut out of ${dataset.cutFrom} since the data set has none`;
  return [
    `${style.bold(safe(tuning.model))} on ${safe(dataset.name)}: least ${objectiveTitle(tuning)} within ${floorPoints} points of dense ${title}`,
    ...(tuning.margin === 0
      ? []
      : [`  with a margin of ${tuning.margin} standard error${tuning.margin === 1 ? "" : "s"}`]),
    `  ${dataset.rowCount} rows of ${dataset.split}${cut}`,
    ...(search.supportPerClass === null
      ? []
      : [`  classes known by ${search.supportPerClass} train rows each, on test as well`]),
    `  ${search.triedCount} plans tried, ${search.judgedOnAllCount} of them on all rows; task ${tuning.task}, engine ${safe(tuning.engine)}, seed ${tuning.seed}`,
    ...search.leftOut.map(({ technique, reason }) => style.dim(`  without ${technique}: ${reason}`)),
    "",
    style.dim(`${title}, pruned − dense (points), against ${objectiveTitle(tuning)}, dense ÷ pruned`),
    ...renderScatter({ ...paretoPoints(tuning), level: -floorPoints, columns: Math.min(style.columns, 90) }),
    style.dim(
      `◆ chosen  ● nothing is better  ○ judged on all rows  · given up on fewer  ┄ floor${tuning.test === null ? "" : "  ■ chosen, on test"}`,
    ),
    "",
    ...renderFront(tuning, style),
    "",
    ...renderChosen(tuning, style),
    "",
  ].join("\n");
}

const COLUMNS = [
  ["", 2],
  ["tokens kept", 13],
  ["heads kept", 12],
  ["values", 8],
  ["Q/K/V bits", 12],
  ["saved", 9],
  ["pruned − dense, points", 26],
] as const;

function renderFront(tuning: Tuning, style: Style): string[] {
  const row = (cells: readonly string[]) =>
    cells
      .map((cell, column) => padTo(cell, COLUMNS[column]![1]))
      .join("")
      .trimEnd();
  return [
    style.dim(row(COLUMNS.map(([name]) => name))),
    ...tuning.front.map((plan) => {
      const { parts, savings, quality } = plan;
      const isChosen = describeParts(parts) === describeParts(tuning.chosen.parts);
      const { value, low, high } = quality.difference;
      const line = row([
        isChosen ? "◆" : "",
        formatPercent(savings.meanTokenKeepRatio),
        formatPercent(savings.meanHeadKeepRatio),
        String(parts.values?.keepRatio ?? "1"),
        parts.quantization === undefined ? "float" : bitsText(parts.quantization),
        formatRatio(savings[tuning.objective].savedRatio),
        `${pointsText(value)} [${pointsText(low)}, ${pointsText(high)}]`,
      ]);
      return isChosen ? style.bold(line) : line;
    }),
  ];
}

function renderChosen(tuning: Tuning, style: Style): string[] {
  const { chosen, search, metric } = tuning;
  return [
    `chosen: ${describeParts(chosen.parts)}`,
    ...findingLines(tuning),
    ...(tuning.finding === "dense" ? [] : [savingsLine(chosen)]),
    style.dim(
      `its ${safe(metric.title)} on these rows is optimistic: it was chosen for it among ${search.triedCount}${tuning.test === null ? "; --test judges it on others" : ""}`,
    ),
    ...renderConfirmation(tuning),
    ...renderTest(tuning, style),
  ];
}

function findingLines({ finding, floorPoints, objective }: Tuning): string[] {
  if (finding === "pruned") return [];
  const within = `within ${floorPoints} points`;
  if (finding === "bits")
    return [`nothing that was tried could be pruned ${within} and saved more; narrower operands alone could`];
  return [
    `no plan that was tried saved ${objectiveTitle({ objective })} ${within}: the plan is the dense model`,
  ];
}

function savingsLine({ savings }: JudgedPlan): string {
  const { dramBytesAgainst, dramBytes, attentionOperations, energyPicojoules, cycles } = savings;
  return (
    `  DRAM ${formatSaving(dramBytesAgainst.float32.savedRatio)} than dense float32, ${formatSaving(dramBytes.savedRatio)} than dense 12 bits, ` +
    `${formatSaving(dramBytesAgainst.sameBits.savedRatio)} than dense of the same bits\n` +
    `  attention operations ${formatSaving(attentionOperations.savedRatio)}, cycles ${formatSaving(cycles.savedRatio)}, energy ${formatSaving(energyPicojoules.savedRatio)}`
  );
}

function renderConfirmation({ confirmation, dataset }: Tuning): string[] {
  if (confirmation === null) return [];
  const { rowCount, failedCount, quality } = confirmation;
  const { value, low, high } = quality.difference;
  const failed = failedCount === 0 ? "" : `; of cheaper plans ${failedCount} failed there`;
  return [
    `on ${rowCount} further rows of ${dataset.split}: ${pointsText(value)} [${pointsText(low)}, ${pointsText(high)}] points${failed}`,
  ];
}

function renderTest({ test, metric, objective, floorPoints }: Tuning, style: Style): string[] {
  const figure = test?.metrics.find(({ id }) => id === metric.id);
  if (test == null || figure === undefined) return [];
  const { dense, pruned, difference } = figure;
  const holds = difference.value * 100 >= -floorPoints - 1e-9;
  return [
    style.bold(
      `on ${test.dataset.rowCount} rows of test, which the search never saw: dense ${(dense.value * 100).toFixed(2)}, pruned ${(pruned.value * 100).toFixed(2)}, ` +
        `${pointsText(difference.value)} [${pointsText(difference.low)}, ${pointsText(difference.high)}] points; ${formatRatio(test.savings[objective].savedRatio)} saved`,
    ),
    holds ? "the floor holds there" : style.warn("the floor does not hold there"),
  ];
}

import type { SensitivityRow } from "../experiments/spatten/benchmarks/sensitivity.ts";
import { type Comparison, type ComparisonRow, roofAt } from "../machines/compare.ts";
import { formatEnergy, formatMultiple, formatPercent, formatQuantity, formatTime } from "../report/format.ts";
import { bar, padTo, type Style, safe } from "./terminal.ts";

const NONE = "–";

/** Machines side by side for people: a table, the speedups as bars, and where each stands under its roofs. */
export function renderComparison(comparison: Comparison, style: Style): string {
  const { rows, workload, conventions } = comparison;
  const { operations, operationsPerMultiplyAccumulate, dramEnergy } = conventions;
  const perMac = operationsPerMultiplyAccumulate === 1 ? "an operation a MAC" : "two operations a MAC";
  const hinged = rows.filter(({ hingesOn }) => hingesOn.seconds.length + hingesOn.energy.length > 0);
  return [
    style.bold(safe(workload)),
    style.dim(
      `  ${operations} operations, ${perMac}, DRAM energy ${dramEnergy}; ratios over the first machine`,
    ),
    "",
    ...columns(
      ["machine", "cycles", "time", "GOP/s", "GOP/J", "GOP/s/mm²", "DRAM", "energy", "speed", "saving"],
      rows.map(cellsOf),
      style,
    ),
    "",
    ...speedBars(rows, style),
    "",
    ...rooflineTable(rows, style),
    "",
    ...hinged.map(({ machine, hingesOn }) =>
      style.dim(
        `${safe(machine)} rests on ${[...new Set([...hingesOn.seconds, ...hingesOn.energy])].join(", ")}`,
      ),
    ),
    style.dim(
      `assumptions: ${rows.map((row) => `${safe(row.machine)} ${row.assumptions.length}`).join(", ")} (--json lists them)`,
    ),
    "",
  ].join("\n");
}

function cellsOf(row: ComparisonRow): string[] {
  const { figures, energyPicojoules, energyRatio, areaSquareMillimetres } = row;
  return [
    safe(row.machine),
    formatQuantity(row.cycles, ""),
    formatTime(row.seconds),
    formatQuantity(figures.gigaoperationsPerSecond, ""),
    energyPicojoules === null ? NONE : formatQuantity(figures.gigaoperationsPerJoule, ""),
    areaSquareMillimetres === null
      ? NONE
      : formatQuantity(figures.gigaoperationsPerSecondPerSquareMillimetre, ""),
    formatQuantity(row.dramBytes, "B"),
    energyPicojoules === null ? NONE : formatEnergy(energyPicojoules),
    formatMultiple(row.speedupRatio),
    energyRatio === null ? NONE : formatMultiple(energyRatio),
  ];
}

/** Columns as wide as their widest cell, the first to the left. */
function columns(head: readonly string[], rows: readonly (readonly string[])[], style: Style): string[] {
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => padTo(cell, widths[index]!, index === 0 ? "left" : "right")).join("  ");
  return [style.dim(line(head)), ...rows.map(line)];
}

/** Lengths are logarithmic, since platforms and accelerators lie powers of ten apart. */
function speedBars(rows: readonly ComparisonRow[], style: Style): string[] {
  const width = Math.max(...rows.map((row) => row.machine.length));
  const barWidth = Math.max(10, style.columns - width - 14);
  const logs = rows.map((row) => Math.log10(row.speedupRatio));
  const [least, most] = [Math.min(0, ...logs), Math.max(0, ...logs)];
  // The slowest keeps a tenth of the width, so that its bar is seen.
  const partOf = (log: number): number => (most === least ? 1 : 0.1 + (0.9 * (log - least)) / (most - least));
  return [
    style.dim("speed, logarithmic"),
    ...rows.map(
      (row, index) =>
        `${padTo(safe(row.machine), width)}  ${padTo(formatMultiple(row.speedupRatio), 10, "right")}  ` +
        style.accent(bar(partOf(logs[index]!), barWidth)),
    ),
  ];
}

function rooflineTable(rows: readonly ComparisonRow[], style: Style): string[] {
  const cells = rows.map(({ machine, roofline, bound }) => {
    const { operationsPerByte, gigaoperationsPerSecond, roofs } = roofline;
    const roof = roofs === null ? undefined : roofAt(roofs, operationsPerByte);
    return [
      safe(machine),
      formatQuantity(operationsPerByte, ""),
      formatQuantity(gigaoperationsPerSecond, ""),
      roof === undefined ? NONE : formatQuantity(roof, ""),
      roofs === null || roof === undefined
        ? NONE
        : roof < roofs.gigaoperationsPerSecond
          ? "bandwidth"
          : "peak",
      roof === undefined ? NONE : formatPercent(gigaoperationsPerSecond / roof),
      safe(bound),
    ];
  });
  const head = ["roofline (executed)", "op/B", "GOP/s", "roof", "of", "reached", "held up by"];
  return columns(head, cells, style);
}

/** Speeds over the first machine at the ends of each assumption. */
export function renderSensitivity(
  comparison: Comparison,
  ends: readonly SensitivityRow<Comparison>[],
  style: Style,
): string {
  const others = comparison.rows.slice(1);
  if (others.length === 0) return "";
  const speeds = ({ rows }: Comparison): string[] =>
    rows.slice(1).map((row) => formatMultiple(row.speedupRatio));
  const head = ["speed at the ends of what is assumed", "", ...others.map((row) => safe(row.machine))];
  const cells = ends.flatMap(({ assumption: { id, low: least, high: most }, low, high }) => [
    [id, String(Number(least.toPrecision(4))), ...speeds(low)],
    ["", String(Number(most.toPrecision(4))), ...speeds(high)],
  ]);
  return ["", ...columns(head, [["as assumed", "", ...speeds(comparison)], ...cells], style), ""].join("\n");
}

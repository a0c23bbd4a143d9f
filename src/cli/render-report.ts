import { wattsFrom } from "../base/units.ts";
import type { CalibrationFactor, MachineReport } from "../machines/machine-report.ts";
import { formatEnergy, formatPercent, formatQuantity, formatRatio, formatTime } from "../report/format.ts";
import { renderFunction } from "./render-function.ts";
import { bar, padTo, type Style, safe } from "./terminal.ts";

/** A machine's report for people: totals, bytes by stream, where the cycles went, energy and area by unit. */
export function renderReport(report: MachineReport, style: Style): string {
  const seconds = report.seconds;
  const executed = report.operations.executed / seconds / 1e9;
  const equivalent = report.operations.denseEquivalent / seconds / 1e9;
  return [
    `${style.bold(safe(report.machine))} on ${safe(report.workload)}`,
    `  ${formatQuantity(report.cycles, "cycles")}, ${formatTime(seconds)}; bound by ${report.bound}`,
    ...spreadLine(report),
    ...figuresLine(report),
    ...preprocessLine(report),
    `  ${formatQuantity(executed, "GOP/s")} executed, ${formatQuantity(equivalent, "GOP/s")} dense-equivalent`,
    `  ${formatEnergy(report.energyPicojoules.total)}, ${wattsFrom(report.energyPicojoules.total, seconds).toPrecision(4)} W`,
    "",
    ...table("DRAM bytes", streams(report), (bytes) => formatQuantity(bytes, "B"), style),
    "",
    ...unitTable(report, style),
    "",
    ...table("energy", report.energyPicojoules.units, formatEnergy, style),
    ...table(
      "energy by kind",
      pick(report.energyPicojoules, ["compute", "sram", "dram", "leakage"]),
      formatEnergy,
      style,
    ),
    "",
    ...table("area", report.areaSquareMillimetres.units, (area) => `${area.toPrecision(4)} mm²`, style),
    ...calibrationTables(report, style),
    ...(report.function === undefined ? [] : ["", ...renderFunction(report.function, style)]),
    "",
    style.dim(
      `${report.fidelity} model, ${report.energyModel} energy, configuration ${report.configHash}; ` +
        `assumptions: ${report.assumptions.length} (--json lists them)`,
    ),
    "",
  ].join("\n");
}

function spreadLine({ spread }: MachineReport): string[] {
  if (spread === undefined) return [];
  const { seeds, meanCycles, leastCycles, mostCycles } = spread;
  const cycles = [meanCycles, leastCycles, mostCycles].map((count) => formatQuantity(count, "cycles"));
  return [
    `  mean of ${seeds.length} seeds ${cycles[0]}, from ${cycles[1]} to ${cycles[2]}; the median run is told`,
  ];
}

function figuresLine({ figures }: MachineReport): string[] {
  if (figures === undefined) return [];
  const { operations, operationsPerMultiplyAccumulate, dramEnergy } = figures.conventions;
  const perMac = operationsPerMultiplyAccumulate === 1 ? "an operation a MAC" : "two operations a MAC";
  return [
    `  ${formatQuantity(figures.gigaoperationsPerSecond, "GOP/s")}, ${formatQuantity(figures.gigaoperationsPerJoule, "GOP/J")}, ` +
      `${formatQuantity(figures.gigaoperationsPerSecondPerSquareMillimetre, "GOP/s/mm²")} (${operations}, ${perMac}, DRAM energy ${dramEnergy})`,
  ];
}

function preprocessLine({ preprocess }: MachineReport): string[] {
  if (preprocess === undefined) return [];
  const { cycles, energyPicojoules, isCounted } = preprocess;
  const place = isCounted ? "in the figures" : "not in the figures";
  return [
    `  sorting of keys ${formatQuantity(cycles, "cycles")}, ${formatEnergy(energyPicojoules)}, ${place}`,
  ];
}

function streams(report: MachineReport): Record<string, number> {
  const { total: _total, ...byStream } = report.bytes;
  return byStream;
}

function pick<Name extends string>(
  values: Readonly<Record<Name, unknown>>,
  names: readonly Name[],
): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, values[name] as number]));
}

/** Rows of a quantity with their share of the whole as bars. */
function table(
  title: string,
  values: Readonly<Record<string, number>>,
  format: (value: number) => string,
  style: Style,
): string[] {
  const total = Object.values(values).reduce((sum, value) => sum + value, 0);
  const barWidth = Math.max(10, style.columns - 56);
  return [
    style.dim(padTo(title, 26) + padTo(format(total), 14, "right")),
    ...Object.entries(values)
      .filter(([, value]) => value > 0)
      .map(
        ([name, value]) =>
          `  ${padTo(name, 24)}${padTo(format(value), 14, "right")}${padTo(formatPercent(value / total), 10, "right")}  ` +
          style.accent(bar(value / total, barWidth)),
      ),
  ];
}

function unitTable(report: MachineReport, style: Style): string[] {
  return [
    style.dim(`${padTo("unit", 26)}${padTo("busy", 14, "right")}  waits for`),
    ...Object.entries(report.units).map(([name, unit]) => {
      const waits = Object.entries(unit.stallCycles)
        .filter(([, cycles]) => cycles > 0)
        .sort(([, left], [, right]) => right - left)
        .slice(0, 3)
        .map(([cause, cycles]) => `${cause} ${formatPercent(cycles / report.cycles)}`);
      return `  ${padTo(name, 24)}${padTo(formatPercent(unit.busyCycles / report.cycles), 14, "right")}  ${style.dim(waits.join(", "))}`;
    }),
  ];
}

function calibrationTables(report: MachineReport, style: Style): string[] {
  const { calibration } = report;
  if (calibration === undefined) return [];
  const rows = (unit: string, factors: readonly CalibrationFactor[]) => [
    "",
    style.dim(
      padTo(`fit, ${unit}`, 26) +
        padTo("bottom-up", 14, "right") +
        padTo("paper", 12, "right") +
        padTo("factor", 12, "right"),
    ),
    ...factors.map(
      ({ module, bottomUp, paper, factor, note }) =>
        `  ${padTo(module, 24)}${padTo(bottomUp.toPrecision(4), 14, "right")}${padTo(paper.toPrecision(4), 12, "right")}` +
        padTo(note === undefined ? formatRatio(factor) : "not fitted", 12, "right"),
    ),
  ];
  return [
    ...rows("W", calibration.powerWatts),
    ...rows("mm²", calibration.areaSquareMillimetres),
    style.dim(`fitted on ${calibration.workload}`),
  ];
}

import { formatEnergy, formatSaving } from "../format.ts";
import type { RunDocument } from "../run-document.ts";
import { barParts, type Figure, type FigureOptions } from "./figure.ts";
import { drawStackedBars } from "./stacked-bars.ts";

/** Energy by unit, dense beside pruned. */
export function energyFigure(run: RunDocument, options: FigureOptions): Figure {
  const parts = barParts(run.machine, (report) => report.energyPicojoules.units).filter(
    (part) => part.value > 0,
  );
  const { pruned } = run.machine;
  const sentence =
    `The pruned run takes ${formatEnergy(pruned.energyPicojoules.total)}, ${formatSaving(run.savings.energy)} than dense; ` +
    `its cycles are ${formatSaving(run.savings.cycles)}, bound by ${pruned.bound} (${pruned.energyModel} energy, ${pruned.fidelity} model).`;
  return {
    title: "Energy",
    sentence,
    element: drawStackedBars(
      { parts, axisLabel: "energy →", format: formatEnergy, ariaLabel: sentence },
      options,
    ),
    table: {
      columns: ["run", "unit", "picojoules"],
      rows: parts.map((part) => [part.run, part.part, part.value]),
    },
  };
}

import { formatQuantity, formatSaving } from "../format.ts";
import type { RunDocument } from "../run-document.ts";
import { barParts, type Figure, type FigureOptions } from "./figure.ts";
import { drawStackedBars } from "./stacked-bars.ts";

/** Bytes over the DRAM interface by stream, dense beside pruned. */
export function trafficFigure(run: RunDocument, options: FigureOptions): Figure {
  const parts = barParts(run.machine, ({ bytes: { total: _total, ...streams } }) => streams).filter(
    (part) => part.value > 0,
  );
  const format = (bytes: number) => formatQuantity(bytes, "B");
  const { savings } = run;
  const sentence =
    `The pruned run moves ${formatSaving(savings.dramAgainst.bits12)} than dense operands of 12 bits ` +
    `(${formatSaving(savings.dramAgainst.bits16)} than 16 bits, ${formatSaving(savings.dramAgainst.fp32)} than fp32).`;
  return {
    title: "DRAM traffic",
    sentence,
    element: drawStackedBars({ parts, axisLabel: "bytes →", format, ariaLabel: sentence }, options),
    table: {
      columns: ["run", "stream", "bytes"],
      rows: parts.map((part) => [part.run, part.part, part.value]),
    },
  };
}

import type { MachineReport } from "../../machines/machine-report.ts";

/** What a figure is drawn with: the browser's own document, or one made in Node. */
export interface FigureOptions {
  readonly document: Document;
}

/** A drawn figure: the element, a sentence that says what it shows, and the same figures as a table. */
export interface Figure {
  readonly title: string;
  /** The answer that the figure gives, as one sentence; also its label for screen readers. */
  readonly sentence: string;
  readonly element: Element;
  readonly table: FigureTable;
}

export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** One part of one bar. */
export interface BarPart {
  readonly run: "dense" | "pruned";
  readonly part: string;
  readonly value: number;
}

/** Okabe and Ito's palette, told apart by colour-blind eyes. */
export const CATEGORY_COLOURS = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#cc79a7",
  "#56b4e9",
  "#d55e00",
  "#f0e442",
  "#999999",
];

/** Marks of up to eight series, apart by symbol as well as by colour; thin lines need black where areas are yellow. */
export const SERIES_INKS = (
  ["circle", "square", "triangle", "diamond", "star", "cross", "wye", "hexagon"] as const
).map((symbol, index) => ({ symbol, colour: CATEGORY_COLOURS[index]!.replace("#f0e442", "#1a1a1a") }));

/** The same breakdown of the dense and the pruned report, as parts of two bars. */
export function barParts(
  reports: { readonly dense: MachineReport; readonly pruned: MachineReport },
  breakdown: (report: MachineReport) => Readonly<Record<string, number>>,
): BarPart[] {
  return (["dense", "pruned"] as const).flatMap((run) =>
    Object.entries(breakdown(reports[run])).map(([part, value]) => ({ run, part, value })),
  );
}

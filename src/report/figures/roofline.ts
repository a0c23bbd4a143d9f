import * as Plot from "@observablehq/plot";
import type { Comparison, ComparisonRow } from "../../machines/compare.ts";
import { formatQuantity } from "../format.ts";
import { inertText } from "../inert-text.ts";
import { type Figure, type FigureOptions, SERIES_INKS } from "./figure.ts";

const [WIDTH, HEIGHT, LEGEND_ROW] = [760, 430, 17] as const;
/** How far the axes go beyond the points and corners. */
const ROOM = 4;

interface RoofPoint {
  readonly operationsPerByte: number;
  readonly gigaoperationsPerSecond: number;
}

/** Executed operations a second against operations a byte, each machine under its own roofs. */
export function rooflineFigure({ rows, workload }: Comparison, { document }: FigureOptions): Figure {
  const intensities = rows.flatMap(({ roofline: { operationsPerByte, roofs } }) => [
    operationsPerByte,
    ...(roofs === null ? [] : [roofs.gigaoperationsPerSecond / roofs.gigabytesPerSecond]),
  ]);
  const x = [Math.min(...intensities) / ROOM, Math.max(...intensities) * ROOM] as const;
  const inks = rows.map((_, index) => SERIES_INKS[index % SERIES_INKS.length]!);
  const roofLines = rows.map((row) => roofOf(row, x));
  const heights = [
    ...rows.map(({ roofline }) => roofline.gigaoperationsPerSecond),
    ...roofLines.flat().map((point) => point.gigaoperationsPerSecond),
  ];
  const least = Math.min(...rows.map(({ roofline }) => roofline.gigaoperationsPerSecond)) / ROOM;
  const sentence =
    `Roofline of ${inertText(workload)}: executed operations, a multiply-accumulate as two. ` +
    rows
      .map(
        ({ machine, roofline }) =>
          `${inertText(machine)} ${formatQuantity(roofline.gigaoperationsPerSecond, "GOP/s")} at ${formatQuantity(roofline.operationsPerByte, "op/B")}`,
      )
      .join("; ");
  const element = Plot.plot({
    document,
    ...{ width: WIDTH, height: HEIGHT, marginLeft: 64, marginTop: 24, marginRight: 20, marginBottom: 42 },
    ariaLabel: sentence,
    style: { fontSize: "12px" },
    x: { type: "log", domain: [...x], grid: true, ticks: 5, label: "executed operations a byte of DRAM →" },
    y: {
      ...{ type: "log", domain: [least, Math.max(...heights) * ROOM], grid: true, ticks: 5, clamp: true },
      label: "↑ GOP/s executed",
    },
    marks: [
      ...rows.flatMap((row, index) => {
        const { colour, symbol } = inks[index]!;
        return [
          Plot.line(roofLines[index]!, {
            ...{ x: "operationsPerByte", y: "gigaoperationsPerSecond", stroke: colour, strokeOpacity: 0.7 },
          }),
          Plot.dot([row.roofline], {
            ...{ x: "operationsPerByte", y: "gigaoperationsPerSecond", symbol, r: 6 },
            ...{ fill: colour, stroke: "white", strokeWidth: 1 },
          }),
        ];
      }),
      ...legend(rows, inks),
    ],
  });
  return {
    title: "Roofline",
    sentence: `${sentence}.`,
    element,
    table: {
      columns: ["machine", "op/B", "GOP/s executed", "peak GOP/s", "peak GB/s"],
      rows: rows.map(({ machine, roofline: { roofs, ...point } }) => [
        inertText(machine),
        ...[point.operationsPerByte.toPrecision(4), point.gigaoperationsPerSecond.toPrecision(4)],
        ...[roofs?.gigaoperationsPerSecond ?? "none", roofs?.gigabytesPerSecond ?? "none"],
      ]),
    },
  };
}

/** Slope of the bandwidth up to the corner, then the peak. */
function roofOf({ roofline: { roofs } }: ComparisonRow, [from, to]: readonly [number, number]): RoofPoint[] {
  if (roofs === null) return [];
  const { gigaoperationsPerSecond, gigabytesPerSecond } = roofs;
  const corner = gigaoperationsPerSecond / gigabytesPerSecond;
  return [
    { operationsPerByte: from, gigaoperationsPerSecond: from * gigabytesPerSecond },
    { operationsPerByte: corner, gigaoperationsPerSecond },
    { operationsPerByte: to, gigaoperationsPerSecond },
  ];
}

/** Names beside their marks, in the lower right corner, where points are seldom. */
function legend(
  rows: readonly ComparisonRow[],
  inks: readonly (typeof SERIES_INKS)[number][],
): Plot.Markish[] {
  return rows.flatMap(({ machine }, index) => {
    const { colour, symbol } = inks[index]!;
    const dy = -10 - LEGEND_ROW * (rows.length - 1 - index);
    const place = { frameAnchor: "bottom-right", dy } as const;
    return [
      Plot.dot([0], { ...place, dx: -150, symbol, r: 4.5, fill: colour }),
      Plot.text([inertText(machine)], {
        ...{ ...place, dx: -140, textAnchor: "start", lineAnchor: "middle" },
        ...{ text: (name: string) => name, stroke: "white", strokeWidth: 4, fill: "#1a1a1a" },
      }),
    ];
  });
}

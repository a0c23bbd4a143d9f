import type { ParetoPoint } from "../report/tuning-words.ts";
import { padTo } from "./terminal.ts";

/** Later ones are drawn over earlier ones. */
const MARKS: Readonly<Record<ParetoPoint["kind"], string>> = {
  stopped: "·",
  tried: "○",
  front: "●",
  test: "■",
  chosen: "◆",
};
const ORDER = ["stopped", "tried", "front", "test", "chosen"] as const;
const [ROWS, LABEL_WIDTH, TICKS] = [13, 8, 5] as const;

export interface Scatter {
  readonly points: readonly ParetoPoint[];
  readonly domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] };
  /** A level that is drawn across. */
  readonly level: number;
  readonly columns: number;
}

/** Points as characters in a frame, quality upwards, saving to the right; what lies below the frame is left out. */
export function renderScatter({ points, domain, level, columns }: Scatter): string[] {
  const width = columns - LABEL_WIDTH - 2;
  const rowOf = (y: number) => Math.round(((domain.y[1] - y) / (domain.y[1] - domain.y[0])) * (ROWS - 1));
  const columnOf = (x: number) => Math.round(((x - domain.x[0]) / (domain.x[1] - domain.x[0])) * (width - 1));
  const cells = Array.from({ length: ROWS }, () => new Array<string>(width).fill(" "));
  cells[rowOf(0)]!.fill("─");
  cells[rowOf(level)]!.fill("┄");
  for (const kind of ORDER) {
    for (const { x, y } of points.filter((point) => point.kind === kind)) {
      const [row, column] = [rowOf(y), columnOf(x)];
      if (cells[row]?.[column] !== undefined) cells[row][column] = MARKS[kind];
    }
  }
  const labels = new Map([
    [rowOf(0), "0"],
    [rowOf(level), level.toFixed(2).replace("-", "−")],
  ]);
  for (const row of [0, ROWS - 1]) {
    const y = domain.y[1] - (row / (ROWS - 1)) * (domain.y[1] - domain.y[0]);
    const near = [...labels.keys()].some((other) => Math.abs(other - row) < 2);
    if (!near) labels.set(row, (y > 0 ? `+${y.toFixed(2)}` : y.toFixed(2)).replace("-", "−"));
  }
  const lines = cells.map(
    (row, index) => `${padTo(labels.get(index) ?? "", LABEL_WIDTH, "right")} │${row.join("")}`,
  );
  return [...lines, `${" ".repeat(LABEL_WIDTH)} └${"─".repeat(width)}`, axisLine(domain.x, width)].map(
    (line) => line.trimEnd(),
  );
}

/** Savings below the frame, at even places. */
function axisLine([least, most]: readonly [number, number], width: number): string {
  const text = new Array<string>(LABEL_WIDTH + 2 + width + 6).fill(" ");
  for (let tick = 0; tick < TICKS; tick++) {
    const label = `${(least + ((most - least) * tick) / (TICKS - 1)).toFixed(1)}×`;
    const column = LABEL_WIDTH + 2 + Math.round(((width - 1) * tick) / (TICKS - 1));
    const start = Math.max(
      0,
      column - (tick === TICKS - 1 ? label.length - 1 : Math.floor(label.length / 2)),
    );
    for (const [at, character] of [...label].entries()) text[start + at] = character;
  }
  return text.join("");
}

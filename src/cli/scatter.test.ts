import { describe, expect, it } from "vitest";
import { renderScatter } from "./scatter.ts";

describe("points in a terminal", () => {
  const point = (kind: "stopped" | "tried" | "front" | "chosen" | "test", x: number, y: number) => ({
    ...{ kind, x, y, words: "" },
  });

  it("stand where they belong, the chosen one above all, none outside the frame", () => {
    const lines = renderScatter({
      points: [
        point("chosen", 2, -0.5),
        point("tried", 2, -0.5),
        point("front", 1, 0.5),
        point("test", 3, -1),
        point("stopped", 1.5, -7),
      ],
      domain: { x: [1, 3], y: [-1, 0.5] },
      ...{ level: -0.5, columns: 51 },
    });
    const places = lines.flatMap((line, row) =>
      [...line].flatMap((mark, column) => ("◆○●■·".includes(mark) ? [[mark, row, column]] : [])),
    );
    expect(places).toEqual([
      ["●", 0, 10],
      ["◆", 8, 30],
      ["■", 12, 50],
    ]);
    expect(lines[8]).toContain("−0.50 │┄");
    expect(lines[4]).toMatch(/ 0 │─+$/);
    expect(lines.at(-1)).toMatch(/1\.0×.*1\.5×.*2\.0×.*2\.5×.*3\.0×/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(51);
  });
});

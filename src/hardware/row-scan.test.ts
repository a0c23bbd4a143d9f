import { expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { scanCycles, scanRows } from "./row-scan.ts";

it("keeps what a filter keeps, at a cycle for each full or last line of comparators", () => {
  const random = createRandom(5);
  for (let run = 0; run < 300; run++) {
    const values = Float64Array.from({ length: random.integer(60) }, () => random.integer(7) - 3);
    const widthCount = 1 + random.integer(20);
    for (const inclusive of [true, false]) {
      const { rows, cycles } = scanRows(values, 1, { widthCount, inclusive });
      const expected = [...values.keys()].filter((row) => (inclusive ? values[row]! >= 1 : values[row]! > 1));
      expect([...rows]).toEqual(expected);
      expect(cycles).toBe(scanCycles(values.length, widthCount));
    }
  }
});

import { expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { sortColumnReference } from "./column-sorter.reference.ts";
import { sortColumn, sortCycles, sortPassCount } from "./column-sorter.ts";

it("sorts 2,000 random columns as the library does, equal keys by row, in ceil(log2 n) passes", () => {
  const random = createRandom(1);
  for (let run = 0; run < 2_000; run++) {
    const rowCount = random.integer(70);
    const spread = 1 + random.integer(40);
    const column = Int32Array.from({ length: rowCount }, () => random.integer(spread) - (spread >> 1));
    const { codes, rows, passCount, comparisonCount } = sortColumn(column);
    expect({ codes, rows }).toEqual(sortColumnReference(column));
    expect(passCount).toBe(sortPassCount(rowCount));
    expect(comparisonCount).toBeLessThanOrEqual(passCount * rowCount);
  }
});

it("takes a cycle a row and pass, columns side by side on as many sorters as there are", () => {
  expect(sortCycles(320, 64, 64)).toBe(9 * 320);
  expect(sortCycles(320, 64, 16)).toBe(4 * 9 * 320);
  expect(sortCycles(320, 65, 16)).toBe(5 * 9 * 320);
  expect([0, 1, 2].map((rowCount) => sortCycles(rowCount, 64, 64))).toEqual([0, 0, 2]);
});

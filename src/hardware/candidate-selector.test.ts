import { expect, it } from "vitest";
import { createRandom, type Random } from "../base/random.ts";
import { searchCandidatesReference } from "./candidate-selector.reference.ts";
import { searchCandidates } from "./candidate-selector.ts";
import { sortColumn } from "./column-sorter.ts";

function drawCodes(random: Random, count: number, largest: number): Int32Array {
  return Int32Array.from({ length: count }, () => random.integer(2 * largest + 1) - largest);
}

function sortedColumnsOf(keys: Int32Array, dimension: number) {
  return Array.from({ length: dimension }, (_, column) =>
    sortColumn(
      Int32Array.from({ length: keys.length / dimension }, (_, row) => keys[row * dimension + column]!),
    ),
  );
}

it("gives the partial scores of the list of all products, on 500 random inputs with many ties", () => {
  const random = createRandom(2);
  let skipped = 0;
  for (let run = 0; run < 500; run++) {
    const dimension = 1 + random.integer(9);
    const rowCount = 1 + random.integer(20);
    const largest = 1 + random.integer(run % 2 === 0 ? 3 : 255);
    const keys = drawCodes(random, rowCount * dimension, largest);
    const query = drawCodes(random, dimension, largest);
    const options = { iterationCount: random.integer(30), skipsNegativePops: random.integer(2) === 0 };
    const found = searchCandidates(query, sortedColumnsOf(keys, dimension), options);
    expect(found.partialScores).toEqual(searchCandidatesReference(query, keys, options));
    expect(found.positivePopCount).toBeLessThanOrEqual(options.iterationCount);
    skipped += found.skippedPopCount;
  }
  expect(skipped).toBeGreaterThan(100);
});

it("with as many iterations as there are products and no skips, the partial scores are the dot products", () => {
  const random = createRandom(3);
  for (let run = 0; run < 50; run++) {
    const [dimension, rowCount] = [1 + random.integer(8), 1 + random.integer(12)];
    const keys = drawCodes(random, rowCount * dimension, 255);
    const query = drawCodes(random, dimension, 255);
    const options = { iterationCount: rowCount * dimension, skipsNegativePops: false };
    const { partialScores } = searchCandidates(query, sortedColumnsOf(keys, dimension), options);
    const dots = Float64Array.from({ length: rowCount }, (_, row) =>
      query.reduce((sum, code, column) => sum + code * keys[row * dimension + column]!, 0),
    );
    expect(partialScores).toEqual(dots);
  }
});

it("does not make every row a candidate with M = n: a row that points away stays at or below 0", () => {
  const keys = Int32Array.of(3, -5, 4);
  const options = { iterationCount: 3, skipsNegativePops: true };
  const { partialScores } = searchCandidates(Int32Array.of(2), sortedColumnsOf(keys, 1), options);
  expect(partialScores).toEqual(Float64Array.of(6, -10, 8));
});

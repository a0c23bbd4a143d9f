import { expect, it } from "vitest";
import { createRandom, type Random } from "../../base/random.ts";
import type { HeadFloatOperands } from "../../pruning/head-operands.ts";
import { a3QueryReference } from "./fixed-point-attention.reference.ts";
import { computeA3Query, loadA3Head } from "./fixed-point-attention.ts";
import { a3Presets } from "./presets.ts";
import { drawA3Case } from "./random-cases.ts";

const [base, conservative] = a3Presets.map(({ parameters }) => parameters);

function drawFloats(
  random: Random,
  keyCount: number,
  dimension: number,
  amplitude: number,
): HeadFloatOperands {
  const matrix = (rowCount: number) =>
    Float32Array.from({ length: rowCount * dimension }, () => (2 * random.next() - 1) * amplitude);
  return { query: matrix(1), key: matrix(keyCount), value: matrix(keyCount) };
}

it("candidates, kept rows, weights and outputs equal the slow twin's on 400 random inputs", () => {
  const random = createRandom(11);
  let [fewer, dropped, fallbacks] = [0, 0, 0];
  for (let run = 0; run < 400; run++) {
    const { parameters, floats, dimension } = drawA3Case(random);
    const { isFallback, ...found } = computeA3Query(loadA3Head(parameters, floats, dimension), 0);
    expect(found).toEqual(a3QueryReference(parameters, floats, dimension, 0));
    if (found.candidates.length < floats.key.length / dimension) fewer++;
    if (found.kept.length < found.candidates.length) dropped++;
    if (isFallback) fallbacks++;
  }
  // Each path was taken.
  expect(Math.min(fewer, dropped, fallbacks)).toBeGreaterThan(20);
});

it("with M = n and T = 0 the approximate machine equals the base machine", () => {
  const random = createRandom(12);
  const open = {
    ...conservative!,
    candidateSearch: { ...conservative!.candidateSearch, iterationsPerKeyRatio: 1 },
    postScoringPercent: 0,
  };
  for (let run = 0; run < 50; run++) {
    const floats = drawFloats(random, 1 + random.integer(60), 64, 3);
    const found = computeA3Query(loadA3Head(open, floats, 64), 0);
    expect(found).toEqual(computeA3Query(loadA3Head(base!, floats, 64), 0));
    expect(found.kept.length).toBe(floats.key.length / 64);
  }
});

it("a larger T keeps a part of what a smaller one keeps, and always the largest score", () => {
  const random = createRandom(13);
  for (let run = 0; run < 100; run++) {
    const floats = drawFloats(random, 40, 16, 2);
    let before: ReadonlySet<number> | undefined;
    for (const postScoringPercent of [0, 1, 5, 10, 50, 99]) {
      const head = loadA3Head({ ...base!, postScoringPercent }, floats, 16);
      const kept = new Set(computeA3Query(head, 0).kept);
      expect(kept.size).toBeGreaterThan(0);
      for (const row of kept) expect(before?.has(row)).not.toBe(false);
      before = kept;
    }
  }
});

it("rounds to the nearest, saturates, and refuses what is no number", () => {
  const floats = { query: Float32Array.of(100), key: Float32Array.of(-100), value: Float32Array.of(0.03) };
  const head = loadA3Head(base!, floats, 1);
  expect([head.query[0], head.key[0], head.value[0]]).toEqual([255, -255, 0]);
  expect(() => loadA3Head(base!, { ...floats, key: Float32Array.of(Number.NaN) }, 1)).toThrow("got NaN");
});

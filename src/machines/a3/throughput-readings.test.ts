import { expect, it } from "vitest";
import { bertBaseDense } from "../../experiments/spatten/bert-dense.ts";
import { a3FromConfig } from "./machine.ts";
import { keyCountAtThroughput, publishedThroughput, throughputReadings } from "./throughput-readings.ts";

it("both readings come to the published 221 GOP/s, within its rounding", () => {
  const [speedup, pipeline] = throughputReadings();
  expect(speedup!.gigaoperationsPerSecond).toBeCloseTo(128 * 1.73, 9);
  expect(pipeline!.gigaoperationsPerSecond).toBeCloseTo((256 * 57) / 66, 9);
  for (const { gigaoperationsPerSecond } of [speedup!, pipeline!]) {
    expect(Math.round(gigaoperationsPerSecond)).toBe(publishedThroughput);
  }
  // The other figure of the paper's text does not.
  expect(Math.round(throughputReadings({ speedupRatio: 1.72 })[0]!.gigaoperationsPerSecond)).toBe(220);
});

it("56 and 57 are the only lengths at which the base pipeline rounds to 221", () => {
  const lengths = [...Array(500).keys()].filter(
    (keyCount) =>
      Math.round(throughputReadings({ keyCount })[1]!.gigaoperationsPerSecond) === publishedThroughput,
  );
  expect(lengths).toEqual([56, 57]);
  expect(keyCountAtThroughput(221)).toBeCloseTo(56.8, 1);
  expect(keyCountAtThroughput(256)).toBe(Number.POSITIVE_INFINITY);
});

it("the base machine runs at the second reading, but for the first load and the drain of a layer", async () => {
  const { figures } = await a3FromConfig({ extends: "a3-base" }).simulate(bertBaseDense(57));
  const ratio = figures!.gigaoperationsPerSecond / throughputReadings()[1]!.gigaoperationsPerSecond;
  expect(ratio).toBeLessThan(1);
  expect(ratio).toBeGreaterThan(0.99);
});

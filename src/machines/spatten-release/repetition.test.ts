import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finish } from "../../base/checkpoint.ts";
import type { OfficialRow } from "../../workload/official-row.ts";
import { releasePresets } from "./presets.ts";
import { type ReleaseResult, simulateRelease } from "./simulate.ts";

interface Head {
  readonly keys: number;
  readonly values: number;
  readonly bits: number;
  readonly isRequantized: boolean;
}

const rowOf = ({ keys, values, bits, isRequantized }: Head): OfficialRow => ({
  iteration: 0,
  layer: 0,
  head: 0,
  headDimension: 64,
  sentenceLength: keys,
  keyFetchCount: keys,
  keyBits: bits,
  queryBits: 16,
  requantizeThreshold: -1,
  isRequantized,
  requantizeBits: -1,
  valueFetchCount: values,
  valueBits: bits,
  accumulatesImportance: true,
  rescalesImportance: false,
  hasTopK: false,
  topKCount: -1,
});

/** Runs of alike heads, most of which keep all their values and so need no top-k, whose latency is drawn. */
const runsArbitrary = fc.array(
  fc
    .record({
      keys: fc.integer({ min: 1, max: 48 }),
      keptPercent: fc.constantFrom(100, 100, 50),
      bits: fc.constantFrom(6, 8, 12),
      isRequantized: fc.boolean(),
      pairs: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ keptPercent, pairs, ...head }) => {
      const values = Math.ceil((head.keys * keptPercent) / 100);
      return Array<Head>(2 * pairs).fill({ ...head, values });
    }),
  { minLength: 1, maxLength: 4 },
);

function run(heads: readonly Head[], setup: number, isClockedThroughout: boolean): ReleaseResult {
  const csv = { rows: heads.map(rowOf), configurationName: undefined };
  return finish(simulateRelease(csv, releasePresets[setup]!.parameters, { isClockedThroughout }));
}

describe("steps that are looked up", () => {
  it.each([
    ["full size, rounded to 32", 0],
    ["1/8 size", 1],
  ])("%s: give every presentation, response and counter of those that are clocked", (_, setup) => {
    fc.assert(
      fc.property(runsArbitrary, (runs) => {
        const heads = runs.flat();
        expect(run(heads, setup, false)).toEqual(run(heads, setup, true));
      }),
      { numRuns: 60 },
    );
  });

  it("are most of a long run: as many rests as for a short one", () => {
    const restsOf = (count: number): number => {
      const head: Head = { keys: 64, values: 64, bits: 8, isRequantized: true };
      const rows = Array<Head>(count).fill(head).map(rowOf);
      const steps = simulateRelease({ rows }, releasePresets[1]!.parameters);
      let rests = 0;
      for (let step = steps.next(); step.done !== true; step = steps.next())
        if (step.value.stage === "simulate") rests++;
      return rests;
    };
    expect(restsOf(2000)).toBe(restsOf(200));
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finish } from "../../base/checkpoint.ts";
import { isSpattenError, type SpattenError } from "../../base/errors.ts";
import type { OfficialCsv } from "../../workload/official-csv.ts";
import type { OfficialRow } from "../../workload/official-row.ts";
import { ReferenceReadChannel } from "./dram-5-1.reference.ts";
import type { ReleaseConfiguration } from "./parameters.ts";
import { releasePresets } from "./presets.ts";
import { type ReleaseResult, type SimulateReleaseOptions, simulateRelease } from "./simulate.ts";

const full = releasePresets[0]!.parameters;
const eighth = releasePresets[1]!.parameters;
const fullRoundedTo8: ReleaseConfiguration = { ...full, rowRoundingCount: 8 };

interface Head {
  readonly keys: number;
  readonly values?: number;
  readonly keyBits?: number;
  readonly valueBits?: number;
  readonly isRequantized?: boolean;
  readonly iteration?: number;
}

const rowOf = (head: Head): OfficialRow => ({
  iteration: head.iteration ?? 0,
  layer: 0,
  head: 0,
  headDimension: 64,
  sentenceLength: head.keys,
  keyFetchCount: head.keys,
  keyBits: head.keyBits ?? 8,
  queryBits: 16,
  requantizeThreshold: -1,
  isRequantized: head.isRequantized ?? false,
  requantizeBits: -1,
  valueFetchCount: head.values ?? head.keys,
  valueBits: head.valueBits ?? 8,
  accumulatesImportance: true,
  rescalesImportance: false,
  hasTopK: false,
  topKCount: -1,
});

const csvOf = (heads: readonly Head[]): OfficialCsv => ({
  rows: heads.map(rowOf),
  configurationName: undefined,
});

function run(
  heads: readonly Head[],
  configuration = eighth,
  options: SimulateReleaseOptions = {},
): ReleaseResult {
  return finish(simulateRelease(csvOf(heads), configuration, options));
}

function errorOf(call: () => unknown): SpattenError {
  try {
    call();
  } catch (error) {
    if (isSpattenError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the worked example of hardware.md 4.5", () => {
  it("answers one head of 8 keys at 1238 when redone and at 1157 when not", () => {
    expect(run([{ keys: 8, isRequantized: true }]).cycles).toBe(1238);
    expect(run([{ keys: 8 }]).cycles).toBe(1157);
  });

  it("reads each row, and the low bits of the redone head", () => {
    const { counters } = run([{ keys: 8, isRequantized: true }]);
    expect(counters.events.acceptedReads).toBe(8 * 2 + 8 + 8 * 2);
    expect(counters.events.redonePasses).toBe(1);
    expect(counters.clockedCycles).toBe(1222);
  });
});

const headsArbitrary = fc.array(
  fc
    .record({
      keys: fc.integer({ min: 1, max: 160 }),
      keptPercent: fc.integer({ min: 1, max: 100 }),
      keyBits: fc.constantFrom(-1, 6, 8, 10, 12),
      valueBits: fc.constantFrom(-1, 6, 8, 12),
      isRequantized: fc.boolean(),
    })
    .map(({ keptPercent, ...head }): Head[] => {
      const one = { ...head, values: Math.ceil((head.keys * keptPercent) / 100) };
      return one.keyBits === 6 || one.valueBits === 6 ? [one, one] : [one];
    }),
  { minLength: 1, maxLength: 6 },
);

describe("random workloads", () => {
  it.each([
    ["1/8 size", eighth],
    ["full size, rounded to 32", full],
  ])("%s: answers come in order, counters add up, and every row is read once", (_, configuration) => {
    fc.assert(
      fc.property(headsArbitrary, (groups) => {
        const heads = groups.flat();
        const { cycles, responseCycles, presentedCycles, counters } = run(heads, configuration);
        expect(cycles).toBe(responseCycles.at(-1));
        expect(isAscending(responseCycles)).toBe(true);
        expect(isAscending(presentedCycles)).toBe(true);
        expect(counters.clockedCycles).toBe(cycles - 16);
        for (const { busyCycles, stallCycles } of Object.values(counters.units)) {
          const stalled = Object.values(stallCycles).reduce((sum, part) => sum + part, 0);
          expect(busyCycles + stalled).toBe(counters.clockedCycles);
        }
        expect(counters.events.acceptedReads).toBe(expectedReads(groups, configuration.rowRoundingCount));
        expect(counters.events.keyLinesRead).toBe(counters.units.queryKeyProduct!.busyCycles);
      }),
      { numRuns: 40 },
    );
  });

  const createChannels = (count: number) => Array.from({ length: count }, () => new ReferenceReadChannel());

  it.each([
    ["1/8 size", eighth],
    ["full size, rounded to 32", full],
  ])("%s: sleeping readers and the fast memory change no cycle and no count", (_, configuration) => {
    fc.assert(
      fc.property(headsArbitrary, (groups) => {
        const heads = groups.flat();
        const fast = run(heads, configuration);
        expect(run(heads, configuration, { isClockedThroughout: true })).toEqual(fast);
        const slow = run(heads, configuration, { createChannels, isClockedThroughout: true });
        expect(withoutMemoryCounters(slow)).toEqual(withoutMemoryCounters(fast));
        const commands = (result: ReleaseResult) =>
          result.counters.dramChannels.map((row) => [row.reads, row.activates]);
        expect(commands(slow)).toEqual(commands(fast));
      }),
      { numRuns: 100 },
    );
  });
});

function withoutMemoryCounters({ counters, ...result }: ReleaseResult) {
  return { ...result, units: counters.units, events: counters.events };
}

function isAscending(cycles: Int32Array): boolean {
  return cycles.every((cycle, index) => index === 0 || cycle > cycles[index - 1]!);
}

function expectedReads(groups: readonly Head[][], rounding: number): number {
  const rounded = (count: number) => Math.ceil(count / rounding) * rounding;
  let reads = 0;
  for (const [head, ...others] of groups) {
    const count = 1 + others.length;
    const keys = rounded(head!.keys);
    const values = rounded(head!.values!);
    reads += head!.keyBits === 6 ? 3 * keys : 2 * keys * count;
    reads += head!.valueBits === 6 ? 3 * values : 2 * values * count;
    if (head!.isRequantized || ![6, 8].includes(head!.keyBits!)) reads += keys * count;
  }
  return reads;
}

describe("what that machine cannot run", () => {
  it.each<[string, Head[], RegExp]>([
    ["another width", [{ keys: 8, keyBits: 4 }], /no such width.*got 4/],
    ["a 6-bit head left over", [{ keys: 8, keyBits: 6 }], /no second one/],
    ["more rows than the buffer has", [{ keys: 2049, values: 8 }], /do not fit the buffer/],
    ["a pair that is too long", Array(2).fill({ keys: 1100, keyBits: 6, values: 8 }), /2208 lines/],
  ])("refuses %s", (_, heads, message) => {
    const error = errorOf(() => run(heads));
    expect(error.code).toBe("workload");
    expect(error.message).toMatch(message);
  });

  it("refuses heads that are not 64 wide", () => {
    const rows = [{ ...rowOf({ keys: 8 }), headDimension: 128 }];
    const error = errorOf(() => finish(simulateRelease({ rows }, eighth)));
    expect(error.message).toMatch(/embedding_length_D.*got 128; expected 64/);
  });

  it("refuses a token that the workload does not have", () => {
    const error = errorOf(() => run([{ keys: 8, iteration: 3 }], eighth, { iteration: 2 }));
    expect(error.message).toMatch(/no row of iteration 2/);
  });

  it.each([
    ["multiplierCountPerUnit", { multiplierCountPerUnit: 100 }],
    ["dramChannelCount", { dramChannelCount: 3 }],
    ["dramChannelCount", { dramChannelCount: 0 }],
    ["fetcherLaneCount", { fetcherLaneCount: 32 }],
    ["bufferLineCount", { bufferLineCount: 7 }],
    ["rowRoundingCount", { rowRoundingCount: 12 }],
  ])("refuses a wrong %s", (key, change) => {
    const error = errorOf(() => run([{ keys: 8 }], { ...eighth, ...change }));
    expect(error.code).toBe("config");
    expect(error.message).toContain(key);
  });
});

describe("full size with the released rounding to 8 (hardware.md 4.7)", () => {
  it("equals rounding to 32 where all counts are multiples of 32", () => {
    const heads: Head[] = [{ keys: 64, values: 32 }, { keys: 96 }];
    expect(run(heads, fullRoundedTo8)).toEqual(run(heads, full));
  });

  it("says where the RTL ends with an assertion: V lines odd", () => {
    const error = errorOf(() => run([{ keys: 8 }], fullRoundedTo8));
    expect(error.message).toMatch(/assertion.*rowRoundingCount 32/);
  });

  it.each<[string, Head[]]>([
    ["1000 keys, redone", [{ keys: 1000, values: 128, isRequantized: true }]],
    ["a 6-bit pair of 1000 keys", Array(2).fill({ keys: 1000, values: 128, keyBits: 6, valueBits: 6 })],
  ])("says that it hangs, with the state of each unit: %s", (_, heads) => {
    const error = errorOf(() => run(heads, fullRoundedTo8));
    expect(error.code).toBe("workload");
    expect(error.message).toMatch(/stuck.*K allocator: .*head: .*realign: .*prob·V: 0 of/);
    expect(error.details.hint).toContain("rowRoundingCount to 32");
  });
});

describe("a long run", () => {
  it("rests every 20,000 cycles, and can be given up", () => {
    const heads = Array<Head>(12).fill({ keys: 512 });
    const steps = simulateRelease(csvOf(heads), eighth);
    expect(steps.next()).toMatchObject({ done: false, value: { stage: "simulate", total: 12 } });
    expect(steps.next()).toMatchObject({ done: true, value: { cycles: 26552 } });
    const error = errorOf(() => run(heads, eighth, { maximumCycles: 1000 }));
    expect(error.message).toMatch(/given up.*within 1000 cycles/);
  });
});

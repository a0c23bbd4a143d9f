import { expect, it } from "vitest";
import { bertBaseDense } from "../../experiments/spatten/bert-dense.ts";
import { passIntervalCycles } from "../rivals/layer-time.ts";
import { mnnfastFromConfig } from "./machine.ts";
import type { MnnfastParameters } from "./parameters.ts";
import { mnnfastPass } from "./passes.ts";
import { mnnfastPresets } from "./presets.ts";

const [shared, separate] = mnnfastPresets.map(({ parameters }) => parameters) as [
  MnnfastParameters,
  MnnfastParameters,
];

it("shared multipliers take 2n cycles and both overheads a query, separate ones n and one", () => {
  for (const keyCount of [1, 31, 32, 33, 200]) {
    expect(passIntervalCycles(mnnfastPass(shared, 64, keyCount, 1))).toBe(2 * keyCount + 18);
    expect(passIntervalCycles(mnnfastPass(separate, 64, keyCount, 1))).toBe(keyCount + 9);
  }
});

it("skipped rows save time only where they take no cycle, and prob·V never overtakes Q·K", () => {
  const jumping = (parameters: MnnfastParameters): MnnfastParameters => ({
    ...parameters,
    zeroSkipping: { ...parameters.zeroSkipping, skippedRowsTakeCycles: false },
  });
  expect(passIntervalCycles(mnnfastPass(jumping(shared), 64, 200, 3))).toBe(209 + 12);
  const { stationCycles, leadCycles } = mnnfastPass(jumping(separate), 64, 200, 3);
  expect(stationCycles[0]).toBe(209);
  expect(leadCycles[0]! + stationCycles[1]!).toBeGreaterThan(stationCycles[0]!);
});

it("the peaks are those of 128 multipliers: 128 GOP/s in turns, 256 at once", async () => {
  const workload = bertBaseDense(300);
  const figuresOf = async (changes: object) =>
    (
      await mnnfastFromConfig({
        queryKeyOverheadCycles: 0,
        probabilityValueOverheadCycles: 0,
        ...changes,
      }).simulate(workload)
    ).figures!.gigaoperationsPerSecond;
  for (const [extended, peak] of [
    ["mnnfast", 128],
    ["mnnfast-separate", 256],
  ] as const) {
    const reached = await figuresOf({ extends: extended, dramElementBits: 8 });
    expect(reached).toBeLessThan(peak);
    expect(reached).toBeGreaterThan(0.95 * peak);
  }
});

it("120 GOP/J is an input: a watt for 120 GOP/s", async () => {
  const machine = mnnfastFromConfig({ energy: { onChip: "published" } });
  const { figures } = await machine.simulate(bertBaseDense(128));
  expect(figures!.gigaoperationsPerJoule).toBeCloseTo(figures!.gigaoperationsPerSecond, 6);
});

import { expect, it } from "vitest";
import { workloadStatistics } from "../../../workload/statistics.ts";
import { benchmarks } from "../benchmarks/benchmarks.ts";
import { benchmarkWorkload } from "../benchmarks/synthesis.ts";
import { ablationStepIds, ablationSteps } from "./steps.ts";

it("begins with the dense workload, adds one technique at a time and ends with the benchmark as it is", () => {
  const row = benchmarks.find(({ id }) => id === "gpt2-small-ptb")!;
  for (const denseBits of [12, 16, 32] as const) {
    const steps = ablationSteps(row, { denseBits });
    expect(steps.map(({ id }) => id)).toEqual(ablationStepIds);
    expect(steps.at(-1)).toMatchObject({ machine: "spatten", assume: {} });
    const told = steps.map(({ assume }) => {
      const statistics = workloadStatistics(benchmarkWorkload(row, { assume }));
      const { keyAndValueReductionRatio, headKeepRatio, meanKeyBits, lsbFetchRatio } = statistics;
      return { keyAndValueReductionRatio, headKeepRatio, meanKeyBits, lsbFetchRatio };
    });
    expect(told[0]).toEqual({
      keyAndValueReductionRatio: 1,
      headKeepRatio: 1,
      meanKeyBits: denseBits,
      lsbFetchRatio: 0,
    });
    expect(told[1]!.keyAndValueReductionRatio).toBeGreaterThan(2);
    expect(told[1]!.headKeepRatio).toBe(1);
    expect(told[2]!.headKeepRatio).toBeLessThan(1);
    expect(told[3]).toEqual(told[2]);
    expect(told[4]).toEqual({ ...told[3], meanKeyBits: 10 });
    expect(told[5]).toMatchObject({ meanKeyBits: 6 });
    expect(told[5]!.lsbFetchRatio).toBeGreaterThan(0);
  }
  expect(ablationSteps(row, { denseBits: 12, staticBits: 8 })[4]!.assume.keyBits).toBe(8);
});

import { describe, expect, it } from "vitest";
import { geomean } from "../../../base/statistics.ts";
import { spattenMachines } from "../../../machines/spatten/machine.ts";
import { workloadStatistics } from "../../../workload/statistics.ts";
import { checkWorkload } from "../../../workload/workload-checks.ts";
import { wholeWorkload } from "../../../workload/workload-source.ts";
import { type Benchmark, benchmarks } from "./benchmarks.ts";
import { keepRatios } from "./keep-ratios.ts";
import { benchmarkSensitivity } from "./sensitivity.ts";
import { benchmarkWorkload } from "./synthesis.ts";

const spatten = spattenMachines.find(({ id }) => id === "spatten")!;
const rowOf = (id: string): Benchmark => benchmarks.find((row) => row.id === id)!;
const secondsOf = async (row: Benchmark, assume: Readonly<Record<string, number>>): Promise<number> => {
  const { header, jobs } = benchmarkWorkload(row, { assume });
  return (await spatten.simulate({ header, jobs } as never)).seconds;
};

it("are the 30 of Fig 14, each with a length and every other figure on stated grounds", () => {
  expect(benchmarks).toHaveLength(30);
  expect(new Set(benchmarks.map(({ id }) => id)).size).toBe(30);
  for (const { id, assumptions, note } of benchmarks) {
    expect(
      assumptions.some((row) => row.id === "tokenCount"),
      id,
    ).toBe(true);
    for (const { value, low, high, least, most, note: grounds, howSure } of assumptions) {
      expect(grounds.length).toBeGreaterThan(10);
      expect([least <= low, low <= value, value <= high, high <= most]).toEqual([true, true, true, true]);
      if (howSure === "published") expect(low).toBe(high);
    }
    const open = assumptions.filter(({ howSure }) => howSure !== "published");
    for (const assumption of open) expect(note).toContain(assumption.id);
  }
});

it("never hold a figure of the results that they are compared with", () => {
  // One value for all rows of a family but the length, so that nothing can have been fitted task by task.
  for (const family of ["bert", "gpt2"]) {
    const rows = benchmarks.filter(({ id }) => id.startsWith(family));
    const shared = rows.map(({ assumptions }) =>
      assumptions.filter(({ id }) => id !== "tokenCount").map(({ id, value }) => [id, value]),
    );
    for (const values of shared) expect(values).toEqual(shared[0]);
  }
});

describe.each(["dense", "pruned"] as const)("%s workloads", (variant) => {
  it("pass the checks and are the same in every pass", () => {
    // Rows of a family differ in their length alone, or not at all.
    const rows = ["bert-base-cola", "bert-base-sst-2", "bert-large-rte", "gpt2-small-ptb"].map(rowOf);
    for (const row of rows) {
      const source = benchmarkWorkload(row, { variant });
      checkWorkload(source, row.id);
      expect(JSON.stringify([...source.jobs])).toBe(JSON.stringify([...source.jobs]));
      const whole = wholeWorkload(source);
      expect(whole.jobs).toHaveLength(source.header.jobCount);
      expect(source.header.assumptions.length).toBeGreaterThan(0);
    }
  });
});

it("come to the published averages that they are made from", () => {
  // Each average alone: deep layers have fewer heads, and so weigh less where both are there.
  const of = (id: string) =>
    workloadStatistics(benchmarkWorkload(rowOf(id), { assume: { headReduction: 1 } }));
  const small = of("gpt2-small-wikitext2");
  const medium = of("gpt2-medium-wikitext2");
  for (const statistics of [small, medium]) {
    expect(Math.abs(statistics.keyAndValueReductionRatio / 3.8 - 1)).toBeLessThan(0.01);
    expect(statistics.lsbFetchRatio).toBeCloseTo(0.059, 3);
    expect(statistics.meanKeyBits).toBe(6);
  }
  for (const id of ["bert-base-rte", "gpt2-medium-ptb"]) {
    const { headKeepRatio } = workloadStatistics(benchmarkWorkload(rowOf(id)));
    expect(Math.abs(1 / headKeepRatio / 1.1 - 1)).toBeLessThan(0.01);
  }
  const bert = benchmarks
    .filter(({ id }) => id.startsWith("bert-base"))
    .map(({ id }) => of(id).keyAndValueReductionRatio);
  // 22 of BERT, 8 of GPT-2: within 2 % of 1.9x, since counts are whole numbers.
  const all = [...bert, ...bert, ...new Array<number>(4).fill(small.keyAndValueReductionRatio)];
  all.push(...new Array<number>(4).fill(medium.keyAndValueReductionRatio));
  expect(geomean(all)).toBeGreaterThan(1.9 * 0.98);
  expect(geomean(all)).toBeLessThan(1.9 * 1.02);
});

it("keep fewer tokens the deeper a layer is, about the mean that is asked for", () => {
  for (const spread of [0, 0.3, 0.9]) {
    const ratios = keepRatios({
      ...{ layerCount: 12, meanKeepRatio: 0.5, unprunedLayersRatio: 0.15, spread, where: "test" },
    });
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / 12).toBeCloseTo(0.5, 6);
    expect(ratios.slice(0, 2)).toEqual([1, 1]);
    for (const [index, ratio] of ratios.entries()) {
      if (index > 0) expect(ratio).toBeLessThanOrEqual(ratios[index - 1]!);
    }
  }
});

it("take longer or shorter as an assumption says", async () => {
  const bert = rowOf("bert-base-mrpc");
  const gpt2 = rowOf("gpt2-small-ptb");
  const short = { generatedCount: 4 };
  const pairs = [
    [bert, { tokenCount: 40 }, { tokenCount: 80 }],
    [bert, { tokenReduction: 1.9 }, { tokenReduction: 1.2 }],
    [bert, { headReduction: 1.2 }, { headReduction: 1 }],
    [bert, { operandBits: 6 }, { operandBits: 12 }],
    [gpt2, { ...short, tokenReduction: 3 }, { ...short, tokenReduction: 2 }],
    [gpt2, { ...short, keyBits: 4 }, { ...short, keyBits: 8 }],
    [gpt2, { ...short, refetchRatio: 0 }, { ...short, refetchRatio: 0.2 }],
    [gpt2, { generatedCount: 4 }, { generatedCount: 6 }],
  ] as const;
  for (const [row, less, more] of pairs) {
    expect(await secondsOf(row, less), JSON.stringify(less)).toBeLessThan(await secondsOf(row, more));
  }
  const rows = await benchmarkSensitivity(bert, async ({ header }) => header.model.unprunedLength);
  expect(rows.find(({ assumption }) => assumption.id === "tokenCount")).toMatchObject({ low: 49, high: 60 });
  expect(rows.every(({ assumption }) => assumption.low !== assumption.high)).toBe(true);
});

it("refuse names that a row does not have, values out of range and means that no schedule meets", () => {
  const bert = rowOf("bert-base-cola");
  const make = (assume: Readonly<Record<string, number>>) => () => benchmarkWorkload(bert, { assume });
  expect(make({ tokenCuont: 3 })).toThrow(/tokenCount/);
  expect(make({ tokenCount: 2.5 })).toThrow(/whole number/);
  expect(make({ generatedCount: 2 })).toThrow(/unknown assumption/);
  expect(make({ tokenReduction: 50 })).toThrow(/left whole/);
  expect(benchmarkWorkload(bert, { assume: { tokenCount: 20 } }).header.assumptions[0]).toBe(
    "tokenCount 20: given by the user instead of 11",
  );
});

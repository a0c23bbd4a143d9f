import { expect, test } from "vitest";
import type { AttentionJob, AttentionWorkload } from "../../workload/attention-workload.ts";
import { analyticalCounters } from "./analytical.ts";
import { spattenPresets } from "./presets.ts";
import { bertBaseDense128, gpt2SmallPruned992 } from "./reference-workloads.ts";

const [full, eighth] = spattenPresets.map((preset) => preset.parameters);
const bert = bertBaseDense128();
const oneHead = (change: Partial<AttentionJob>, phase = bert.header.phase): AttentionWorkload => ({
  header: { ...bert.header, phase, jobCount: 1 },
  jobs: [{ ...(bert.jobs[0] as AttentionJob), ...change }],
});
const oneQuery = { queryCount: 1, valuesPerQuery: 128 };

test("BERT-Base, 128 tokens, dense: bytes, operations and commands written out by hand", () => {
  const { bytes, operations, dramCommands } = analyticalCounters(full!, bert);
  // 12 layers × 12 heads × 128 rows × 64 elements × 12 bits / 8
  const stream = 1_769_472;
  expect(bytes).toEqual({
    query: stream,
    key: stream,
    keyLsb: 0,
    value: stream,
    output: stream,
    append: 0,
    weight: 0,
    total: 4 * stream,
  });
  // 144 heads × 128 × 128 pairs × 64 elements × 2 operations × 2 products
  expect(operations).toEqual({ executed: 603_979_776, recomputed: 0, denseEquivalent: 603_979_776 });
  // 3 transactions a row of 96 B; 12 pages of 1 KiB a matrix of 12 KiB
  expect(dramCommands).toEqual({ activates: 144 * 4 * 12, reads: 144 * 3 * 384, writes: 144 * 384 });
});

test("BERT-Base, 128 tokens, dense: cycles written out by hand", () => {
  const { cycles, bound, units, layers } = analyticalCounters(full!, bert);
  // Fill: 50 to the first data, 102 registers, 768 transactions over 16 channels. Heads: 128 queries × 16 cycles.
  // Drain: the last query is 0.375 fetch + 16 Q·K + 16 softmax + 1 top-k + 16 prob·V, of which 16 are counted.
  const layer = 50 + 102 + 48 + 12 * 128 * 16 + (50 - 16);
  expect(layers.map((row) => row.cycles)).toEqual(Array.from({ length: 12 }, () => layer));
  expect(cycles).toBe(12 * layer);
  expect(bound).toBe("queryKeyProduct");
  expect(units.queryKeyProduct!.stallCycles).toEqual({ fill: 12 * 200, drain: 12 * 34 });
});

test("a head that needs both halves of its SRAM does not overlap its load; a larger one is streamed", () => {
  const twoHeads = (keyCount: number): AttentionWorkload => {
    const change = { keyCount, valueCount: keyCount, valuesPerQuery: keyCount, queryCount: 4 };
    const { header, jobs } = oneHead(change);
    return { header, jobs: [...jobs, { ...jobs[0]!, head: 1 } as AttentionJob] };
  };
  const rowsInHalf = 128;
  const double = analyticalCounters(eighth!, twoHeads(rowsInHalf));
  const single = analyticalCounters(eighth!, twoHeads(2 * rowsInHalf));
  const streamed = analyticalCounters(eighth!, twoHeads(2 * rowsInHalf + 1));
  expect(double.units.queryKeyProduct!.stallCycles.fetch).toBeUndefined();
  expect(single.units.queryKeyProduct!.stallCycles.fetch).toBe(50 + (2 * 256 * 3) / 2);
  expect(single.assumptions.join()).toContain("both halves");
  expect(streamed.bytes.key).toBe(4 * 2 * 257 * 96);
  expect(streamed.assumptions.join()).toContain("fetched again for every query");
});

test("a generated token: every stage of its only head in turn", () => {
  const { cycles, bound } = analyticalCounters(full!, oneHead(oneQuery, "generation"));
  // Fill 50 + 102; then 6/16 of a cycle for q and the output, 24 cycles of K, 16 softmax, 1 top-k, 24 cycles of V
  // (65.375, in whole cycles), and V's own 50 from DRAM.
  expect(cycles).toBe(152 + 66 + 50);
  expect(bound).toBe("fill");
});

test("a query computed again adds the low bits' fetch, Q·K, softmax and the latency of both", () => {
  const plain = { ...oneQuery, keyBits: 8, keyLsbBits: 4 };
  const before = analyticalCounters(full!, oneHead(plain, "generation"));
  const after = analyticalCounters(full!, oneHead({ ...plain, refetchedQueries: [0] }, "generation"));
  expect(after.cycles - before.cycles).toBe(50 + 16 + 16 + 11 + 87 + 1);
  expect(after.bytes.keyLsb).toBe(128 * 32);
  expect(after.operations.recomputed).toBe(128 * 64 * 2);
  // Its one cycle of a top-k passed by comes with the second probabilities.
  expect(after.units.topK!.stallCycles.recompute).toBe(181 - 1);
});

test("a summarization loads the low bits once for all queries that need them", () => {
  const change = { keyBits: 8, keyLsbBits: 4 };
  const one = analyticalCounters(full!, oneHead({ ...change, refetchedQueries: [3] }));
  const two = analyticalCounters(full!, oneHead({ ...change, refetchedQueries: [3, 9, 9] }));
  expect(two.bytes.keyLsb).toBe(one.bytes.keyLsb);
  expect(two.cycles - one.cycles).toBe(16 + 16 + 99);
});

test("6-bit rows of two heads share their transactions", () => {
  const { dramCommands } = analyticalCounters(full!, oneHead({ ...oneQuery, keyBits: 6 }, "generation"));
  // K 128 × 1.5, V 128 × 3, q 3
  expect(dramCommands).toMatchObject({ reads: 192 + 384 + 3, writes: 3 });
});

test("the cascade's top-k stands at the end of its layer", () => {
  const topK = [{ of: "token" as const, n: 128, k: 64, count: 1 }];
  const before = analyticalCounters(full!, oneHead({}));
  const after = analyticalCounters(full!, oneHead({ topK }));
  expect(after.cycles - before.cycles).toBe(64);
  expect(after.units.softmax!.stallCycles.cascadeTopK).toBe(64);
});

test("the released GPT-2 schedule is bound by its local top-k, and executes a sixth of the dense work", () => {
  const { bound, operations, phases } = analyticalCounters(full!, gpt2SmallPruned992());
  expect(bound).toBe("topK");
  expect(operations.denseEquivalent / operations.executed).toBeCloseTo(6.04, 1);
  expect(phases.map((row) => row.phase)).toEqual(["generation"]);
});

test("summarization-then-generation splits at iteration 1", () => {
  const header = { ...bert.header, phase: "summarization-then-generation" as const, iterationCount: 2 };
  const [first] = bert.jobs as AttentionJob[];
  const second = { ...first!, ...oneQuery, iteration: 1, keyCount: 129 };
  const { phases, operations } = analyticalCounters(full!, { header, jobs: [first!, second] });
  expect(phases.map((row) => row.phase)).toEqual(["summarization", "generation"]);
  expect(operations.denseEquivalent).toBe(144 * (128 * 128 + 129) * 64 * 4);
});

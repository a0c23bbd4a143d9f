import { expect, test } from "vitest";
import { createComparison, type RankingPair } from "./comparison.ts";

const place = { iteration: 0, layer: 1 };
const pair: RankingPair = {
  decision: "token",
  place,
  ids: [3, 5, 8],
  machineKept: Int32Array.of(0, 1),
  recordKept: Int32Array.of(0, 2),
  machineScores: [90, 40, 40],
  scoreStep: 0.01,
  recordScores: [0.9, 0.4, 0.41],
  errorBoundAt: () => 0.006,
};

test("equal rankings are counted and nothing else", () => {
  const comparison = createComparison();
  comparison.addRanking({ ...pair, machineKept: pair.recordKept });
  expect(comparison.counts.token).toEqual({
    equalCount: 1,
    tieCount: 0,
    roundingCount: 0,
    unexplainedCount: 0,
  });
  expect(comparison.differences).toEqual([]);
});

test.each([
  ["tie", {}],
  ["rounding", { machineScores: [90, 41, 40] }],
  ["unexplained", { errorBoundAt: () => 0.004 }],
] as const)("a ranking that differs is a %s by its codes and its gap", (cause, changes) => {
  const comparison = createComparison();
  comparison.addRanking({ ...pair, ...changes });
  expect(comparison.counts.token[`${cause}Count`]).toBe(1);
  const [difference] = comparison.differences;
  expect(difference).toMatchObject({
    ...place,
    decision: "token",
    machineOnlyIds: [5],
    recordOnlyIds: [8],
    cause,
  });
  expect(difference!.recordedMargin).toBeCloseTo(0.01, 12);
});

test("of several that differ, the widest gap counts", () => {
  const comparison = createComparison();
  comparison.addRanking({
    ...pair,
    ids: [0, 1, 2, 3],
    machineKept: Int32Array.of(0, 1),
    recordKept: Int32Array.of(2, 3),
    machineScores: [1, 1, 1, 1],
    recordScores: [0.1, 0.2, 0.3, 0.45],
  });
  expect(comparison.differences[0]!.recordedMargin).toBeCloseTo(0.35, 12);
});

test("the numbers behind decisions are compared too, also where the decisions are equal", () => {
  const comparison = createComparison();
  comparison.addRanking({ ...pair, machineKept: pair.recordKept, errorBoundAt: () => 0.02 });
  expect(comparison.largestErrorOverBound()).toBeCloseTo(0.5, 12);
});

test("a record that contradicts its own numbers is not explained by rounding", () => {
  const comparison = createComparison();
  comparison.addRanking({ ...pair, recordScores: [0.9, 0.41, 0.4] });
  expect(comparison.differences[0]).toMatchObject({ cause: "unexplained" });
  expect(comparison.differences[0]!.recordedMargin).toBeCloseTo(-0.01, 12);
});

test("a decision on low bits is explained where the probability lies at the threshold", () => {
  const comparison = createComparison();
  const decision = {
    place: { ...place, head: 2, query: 7 },
    machineFetches: true,
    machineMaximumProbability: 0.1,
    recordFetches: false,
    thresholdProbability: 0.1,
    errorBound: 0.001,
  };
  comparison.addLowBits({ ...decision, recordMaximumProbability: 0.1004 });
  comparison.addLowBits({ ...decision, recordMaximumProbability: 0.102 });
  comparison.addLowBits({ ...decision, recordMaximumProbability: 0.0996 });
  comparison.addLowBits({ ...decision, recordFetches: true, recordMaximumProbability: 0.05 });
  expect(comparison.counts.lowBits).toEqual({
    equalCount: 1,
    tieCount: 0,
    roundingCount: 1,
    unexplainedCount: 2,
  });
  expect(comparison.differences[0]).toMatchObject({
    head: 2,
    query: 7,
    machineOnlyIds: [7],
    recordOnlyIds: [],
  });
});

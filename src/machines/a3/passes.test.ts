import { expect, it } from "vitest";
import { sampleJob, sampleWorkload } from "../../workload/workload-samples.reference.ts";
import { rivalCounters } from "../rivals/counters.ts";
import { passIntervalCycles, passLatencyCycles } from "../rivals/layer-time.ts";
import { a3Design } from "./design.ts";
import type { A3Parameters } from "./parameters.ts";
import { a3Presets } from "./presets.ts";

const [base, conservative, aggressive] = a3Presets.map(({ parameters }) => parameters) as [
  A3Parameters,
  A3Parameters,
  A3Parameters,
];

/** The pass of one query over so many keys of 64 elements. */
function passOf(parameters: A3Parameters, keyCount: number) {
  const head = { iteration: 0, layer: 0, head: 0, queryCount: 1, keyCount };
  const request = { head, headDimension: 64, keyCount, firstQuery: 0, queryCount: 1 };
  return a3Design(parameters).passes(request)[0]!.pass;
}

/** Cycles of one head of 64 elements with that many queries, without DRAM. */
function cyclesOf(parameters: A3Parameters, keyCount: number, queryCount: number): number {
  const job = sampleJob({ queryCount, keyCount, valueCount: keyCount, valuesPerQuery: keyCount });
  const { header } = sampleWorkload([job]);
  const model = { ...header.model, headDimension: 64, unprunedLength: 400 };
  const design = a3Design({ ...parameters, work: "jobs" });
  const options = { idealDramLatencyCycles: 1 };
  return rivalCounters(design, "cycle", { header: { ...header, model }, jobs: [job] }, undefined, options)
    .cycles;
}

it("base: a query every n + 9 cycles, latency 3n + 27", () => {
  for (let keyCount = 1; keyCount <= 320; keyCount++) {
    const pass = passOf(base, keyCount);
    expect(passIntervalCycles(pass)).toBe(keyCount + 9);
    expect(passLatencyCycles(pass)).toBe(3 * keyCount + 27);
  }
});

// The first queries come before K and V, a cycle of DRAM each; so the pace shows from the ninth on.
it("base, clocked: each further query adds n + 9 cycles", () => {
  for (const keyCount of [20, 57, 128, 320]) {
    const [one, nine, ten, twenty] = [1, 9, 10, 20].map((queryCount) => cyclesOf(base, keyCount, queryCount));
    expect(ten! - nine!).toBe(keyCount + 9);
    expect(twenty! - nine!).toBe(11 * (keyCount + 9));
    const loadCycles = (2 * keyCount * 64) / 64;
    // Beside the load of K and V and the latency: the way through DRAM and fetcher.
    expect(one! - loadCycles - (3 * keyCount + 27)).toBeGreaterThan(0);
    expect(one! - loadCycles - (3 * keyCount + 27)).toBeLessThan(60);
  }
});

it("approximate: fill + M + a scan of n, C + 9, a scan of C, K + 9, K + 9", () => {
  const selected = { ...conservative, assumedSelection: { candidateKeepRatio: 1 / 4, keptKeepRatio: 1 / 2 } };
  const { stationCycles } = passOf(selected, 320);
  expect(stationCycles).toEqual([9 + 160 + 20, 80 + 9, 5, 40 + 9, 40 + 9]);
  expect(passIntervalCycles(passOf(selected, 320))).toBe(189);
  expect(passOf(aggressive, 320).stationCycles).toEqual([9 + 40 + 20, 40 + 9, 3, 40 + 9, 40 + 9]);
  // No more rows can have a positive partial score than there were pops.
  const wide = { ...aggressive, assumedSelection: { candidateKeepRatio: 1, keptKeepRatio: 1 } };
  expect(passOf(wide, 320).candidateCount).toBe(40);
});

it("approximate, clocked: each further query adds the slowest module's cycles", () => {
  for (const parameters of [conservative, aggressive]) {
    const interval = passIntervalCycles(passOf(parameters, 256));
    expect(cyclesOf(parameters, 256, 19) - cyclesOf(parameters, 256, 9)).toBe(10 * interval);
  }
});

it("with M = n and T = 0 the approximate machine has the base machine's passes", () => {
  const candidateSearch = { ...conservative.candidateSearch, iterationsPerKeyRatio: 1 };
  const open = { ...conservative, candidateSearch, postScoringPercent: 0 };
  expect(passOf(open, 200)).toEqual(passOf(base, 200));
});

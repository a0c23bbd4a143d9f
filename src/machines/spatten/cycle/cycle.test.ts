import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../../base/random.ts";
import type { AttentionJob, AttentionWorkload } from "../../../workload/attention-workload.ts";
import { randomWorkload } from "../../../workload/random-workload.ts";
import { analyticalCounters } from "../analytical.ts";
import type { SpattenParameters } from "../parameters.ts";
import { spattenPresets } from "../presets.ts";
import { bertBaseDense128, gpt2SmallPruned992 } from "../reference-workloads.ts";
import { probabilityValueCycles, queryKeyCycles, softmaxCycles } from "../stages.ts";
import { cycleCounters } from "./cycle.ts";

/** Random small workloads; a failure names its seed. */
const workloadArbitrary = fc.nat().map((seed) => randomWorkload(createRandom(seed)));
const parameterSets = spattenPresets.map((preset) => preset.parameters);

/** BERT-Base, dense, of some length. */
function bertBaseDense(tokenCount: number, headCount = 144): AttentionWorkload {
  const { header, jobs } = bertBaseDense128();
  return {
    header: { ...header, source: `bert-base-dense-${tokenCount}`, jobCount: headCount },
    jobs: (jobs as AttentionJob[]).slice(0, headCount).map((job) => ({
      ...job,
      queryCount: tokenCount,
      keyCount: tokenCount,
      valueCount: tokenCount,
      valuesPerQuery: tokenCount,
    })),
  };
}

const [full, eighth] = parameterSets as [SpattenParameters, SpattenParameters];

function onEveryMachine(
  numRuns: number,
  check: (parameters: SpattenParameters, workload: AttentionWorkload, jobs: readonly AttentionJob[]) => void,
): void {
  fc.assert(
    fc.property(fc.constantFrom(...parameterSets), workloadArbitrary, (parameters, workload) => {
      check(parameters, workload, workload.jobs as readonly AttentionJob[]);
    }),
    { numRuns },
  );
}

const sumOver = (jobs: readonly AttentionJob[], part: (job: AttentionJob) => number): number =>
  jobs.reduce((sum, job) => sum + part(job), 0);

const passesOf = (job: AttentionJob): number => job.queryCount + job.refetchedQueries.length;

test("bytes and operations are the analytical ones, and the channels read and write every transaction once", () => {
  onEveryMachine(60, (parameters, workload) => {
    const cycle = cycleCounters(parameters, workload);
    const analytical = analyticalCounters(parameters, workload);
    expect(cycle.bytes).toEqual(analytical.bytes);
    expect(cycle.operations).toEqual(analytical.operations);
    expect(cycle.dramCommands.reads).toBe(analytical.dramCommands.reads);
    expect(cycle.dramCommands.writes).toBe(analytical.dramCommands.writes);
    const drawn = ["dramActivates", "topKComparisons", "topKFifoBits", "zeroEliminatorMoves"] as const;
    const known = Object.entries(cycle.events).filter(([name]) => !drawn.includes(name as never));
    expect(known).toEqual(
      Object.entries(analytical.events).filter(([name]) => !drawn.includes(name as never)),
    );
    const { dramActivates } = cycle.events;
    const estimated = analytical.events.dramActivates;
    expect(dramActivates).toBe(cycle.dramCommands.activates);
    expect(estimated).toBeGreaterThan(0);
  });
});

test("items through the comparators of a top-k are on average those that the closed form expects", () => {
  const workload = gpt2SmallPruned992();
  const ratioOf = (seed: number): number =>
    cycleCounters(full, workload, 1, { seed, idealDramLatencyCycles: 30 }).events.topKComparisons! /
    analyticalCounters(full, workload, 1).events.topKComparisons!;
  const ratios = Array.from({ length: 8 }, (_, seed) => ratioOf(seed));
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  expect(Math.abs(mean - 1)).toBeLessThan(0.03);
  expect(new Set(ratios).size).toBe(ratios.length);
});

test("no run beats its channels, its multipliers or its softmax", () => {
  onEveryMachine(60, (parameters, workload, jobs) => {
    const { headDimension } = workload.header.model;
    const { cycles, bytes, dramCommands } = cycleCounters(parameters, workload);
    const { channelCount, bytesPerCyclePerChannel } = parameters.dram;
    expect(cycles).toBeGreaterThanOrEqual(bytes.total / (channelCount * bytesPerCyclePerChannel));
    expect(cycles * channelCount).toBeGreaterThanOrEqual(dramCommands.reads! + dramCommands.writes!);
    expect(cycles).toBeGreaterThanOrEqual(
      sumOver(jobs, (job) => passesOf(job) * queryKeyCycles(parameters, headDimension, job.keyCount)),
    );
    expect(cycles).toBeGreaterThanOrEqual(
      sumOver(jobs, (job) => passesOf(job) * softmaxCycles(parameters, job.keyCount)),
    );
    const values = ({ valuesPerQuery, queryCount }: AttentionJob): readonly number[] =>
      typeof valuesPerQuery === "number"
        ? new Array<number>(queryCount).fill(valuesPerQuery)
        : valuesPerQuery;
    const products = sumOver(jobs, (job) =>
      values(job).reduce((sum, k) => sum + probabilityValueCycles(parameters, headDimension, k), 0),
    );
    expect(cycles).toBeGreaterThanOrEqual(products);
  });
});

test("busy and stalled cycles of every unit add up to the machine's, and so do layers and phases", () => {
  onEveryMachine(60, (parameters, workload, jobs) => {
    const { cycles, units, layers, phases } = cycleCounters(parameters, workload);
    const { headDimension } = workload.header.model;
    expect(Number.isInteger(cycles)).toBe(true);
    for (const { busyCycles, stallCycles } of Object.values(units)) {
      expect(Object.values(stallCycles).reduce((sum, stall) => sum + stall, busyCycles)).toBe(cycles);
    }
    expect(layers.reduce((sum, layer) => sum + layer.cycles, 0)).toBe(cycles);
    expect(phases.reduce((sum, phase) => sum + phase.cycles, 0)).toBe(cycles);
    const lines = sumOver(
      jobs,
      (job) => passesOf(job) * queryKeyCycles(parameters, headDimension, job.keyCount),
    );
    expect(units.queryKeyProduct!.busyCycles).toBe(lines);
    expect(units.softmax!.busyCycles).toBe(lines);
  });
});

test("a run that skips idle cycles equals one that clocks every unit and channel in each", () => {
  onEveryMachine(50, (parameters, workload) => {
    const clocked = cycleCounters(parameters, workload, undefined, { jumps: false });
    expect(cycleCounters(parameters, workload)).toEqual(clocked);
  });
});

test("the order in which units are evaluated does not show", () => {
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 });
  fc.assert(
    fc.property(
      order,
      fc.constantFrom(...parameterSets),
      workloadArbitrary,
      (evaluationOrder, parameters, workload) => {
        const shuffled = cycleCounters(parameters, workload, undefined, { evaluationOrder });
        expect(shuffled).toEqual(cycleCounters(parameters, workload));
      },
    ),
    { numRuns: 50 },
  );
});

test("the same run twice gives the same bytes; another seed moves only what is drawn", () => {
  onEveryMachine(15, (parameters, workload) => {
    const first = cycleCounters(parameters, workload);
    expect(JSON.stringify(cycleCounters(parameters, workload))).toBe(JSON.stringify(first));
    const other = cycleCounters(parameters, workload, undefined, { seed: 1 });
    expect(other.bytes).toEqual(first.bytes);
    expect(other.dramCommands.reads).toBe(first.dramCommands.reads);
  });
});

test("BERT-Base, 128 tokens, dense: within a few percent of the closed form, with ideal DRAM and with HBM2", () => {
  const workload = bertBaseDense(128);
  const analytical = analyticalCounters(full, workload);
  for (const options of [{ idealDramLatencyCycles: 30 }, {}]) {
    const { cycles, bound } = cycleCounters(full, workload, undefined, options);
    // 144 heads × 128 queries × ceil(128 keys / 8 scores a cycle)
    expect(cycles).toBeGreaterThanOrEqual(294_912);
    expect(cycles / analytical.cycles).toBeGreaterThan(0.99);
    expect(cycles / analytical.cycles).toBeLessThan(1.03);
    expect(bound).toBe("queryKeyProduct");
  }
});

test("K and V of a summarization are read exactly once a head", () => {
  const { dramCommands } = cycleCounters(full, bertBaseDense(128, 12));
  // 12 heads × (Q, K, V) × 128 rows of 96 B, 3 transactions each
  expect(dramCommands.reads).toBe(12 * 3 * 128 * 3);
});

test("one query by hand: every stage one behind the other", () => {
  const { header, jobs } = bertBaseDense(128, 1);
  const job = { ...(jobs[0] as AttentionJob), queryCount: 1, keyCount: 8, valueCount: 8, valuesPerQuery: 8 };
  const { cycles } = cycleCounters(full, { header, jobs: [job] }, undefined, { idealDramLatencyCycles: 30 });
  // Asked for in cycle 0; Q's 3 blocks and K's 24 leave on 16 channels in cycles 1 and 2, the last data come 30 cycles and
  // the 20 of the path later and are there in the cycle after. One line of scores, whose sum is there 11 + 7 + 21 + 23
  // cycles later; divide, quantize, decide: 29 + 7 + 1; one cycle of top-k passed by; one line of prob·V; 3 registers;
  // 3 writes on 3 channels in one cycle; over with the next.
  const line = 53;
  const popped = line + 11 + 7 + 21 + 23;
  const product = popped + 29 + 7 + 1 + 1;
  expect(cycles).toBe(product + 1 + 3 + 1);
});

test("a slower ideal DRAM is never faster", () => {
  onEveryMachine(40, (parameters, workload) => {
    const cyclesAt = (idealDramLatencyCycles: number): number =>
      cycleCounters(parameters, workload, undefined, { idealDramLatencyCycles }).cycles;
    const fast = cyclesAt(5);
    expect(cyclesAt(200)).toBeGreaterThanOrEqual(fast);
  });
});

test("a softmax FIFO that one query fills makes the next one wait: 128 scores on the eighth", () => {
  const { cycles, units } = cycleCounters(eighth, bertBaseDense(128, 2));
  // 128 lines go in one a cycle; the next query's wait out the sum of 23 cycles behind them.
  expect(units.queryKeyProduct!.stallCycles.softmax).toBeGreaterThan(2 * 120 * 23);
  expect(cycles).toBeGreaterThan(2 * 127 * (128 + 23));
});

test("a DRAM device that is not there, or whose accesses are no transactions, is refused by name", () => {
  const withDevice = (deviceName: string): SpattenParameters => ({
    ...full,
    dram: { ...full.dram, deviceName },
  });
  const workload = bertBaseDense(4, 1);
  expect(() => cycleCounters(withDevice("hbm2-2gbp"), workload)).toThrow('unknown DRAM device "hbm2-2gbp"');
  expect(() => cycleCounters(withDevice("ddr4-3200"), workload)).toThrow("got 32; expected 64");
});

test("channels that do not answer end in an error with the state of every unit, not in a hang", () => {
  const silent = { idealDramLatencyCycles: 1e9 };
  for (const jumps of [true, false]) {
    let message = "ran";
    try {
      cycleCounters(full, bertBaseDense(4, 1), undefined, { ...silent, jumps });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain("iteration 0, layer 0");
    expect(message).toContain("does not get on");
    for (const unit of [
      "fetcher",
      "queryKeyProduct",
      "softmax",
      "topK",
      "probabilityValueProduct",
      "loader",
      "cascade",
    ]) {
      expect(message).toContain(`${unit}:`);
    }
  }
});

test("cycles of both fidelities over 60 random workloads: geometric mean of max(r, 1/r) at most 1.10", () => {
  for (const parameters of parameterSets) {
    let logarithms = 0;
    for (let seed = 0; seed < 60; seed++) {
      const workload = randomWorkload(createRandom(seed));
      const ratio =
        cycleCounters(parameters, workload).cycles / analyticalCounters(parameters, workload).cycles;
      logarithms += Math.abs(Math.log(ratio));
    }
    expect(Math.exp(logarithms / 60)).toBeLessThan(1.1);
  }
});

test("without a layer barrier no workload takes longer, the layers still add up, and bytes stay", () => {
  onEveryMachine(40, (parameters, workload) => {
    const free = { ...parameters, layerBarrier: false };
    const before = cycleCounters(parameters, workload, undefined, { idealDramLatencyCycles: 30 });
    const after = cycleCounters(free, workload, undefined, { idealDramLatencyCycles: 30 });
    expect(analyticalCounters(free, workload).cycles).toBeLessThanOrEqual(
      analyticalCounters(parameters, workload).cycles,
    );
    // Clocked, a load that comes earlier may stand in the way of another one: no law.
    expect(after.units.queryKeyProduct!.busyCycles).toBe(before.units.queryKeyProduct!.busyCycles);
    expect(after.bytes).toEqual(before.bytes);
    expect(after.layers.reduce((sum, layer) => sum + layer.cycles, 0)).toBe(after.cycles);
    expect(after.layers.map(({ operations }) => operations)).toEqual(
      before.layers.map(({ operations }) => operations),
    );
  });
});

test("outputs that are not written and rows that are appended move the writes, and nothing else", () => {
  onEveryMachine(40, (parameters, workload, jobs) => {
    const storing = cycleCounters({ ...parameters, appendKeysAndValues: true }, workload);
    const without = cycleCounters({ ...parameters, writeOutputs: false }, workload);
    const { headDimension } = workload.header.model;
    const appended = sumOver(jobs, (job) => {
      const bits = job.keyBits + job.keyLsbBits + job.valueBits;
      return (job.queryCount * headDimension * bits) / 8;
    });
    expect(storing.bytes.append).toBe(appended);
    expect(storing.dramCommands.writes).toBe(
      analyticalCounters({ ...parameters, appendKeysAndValues: true }, workload).dramCommands.writes,
    );
    expect(without.dramCommands.writes).toBe(0);
    expect(without.bytes.output).toBe(0);
    // The controller answers a read of a row that still waits to be written from its queue.
    expect(storing.dramCommands.reads).toBeLessThanOrEqual(without.dramCommands.reads!);
  });
});

test("named distributions of scores and rows: the same run twice, the same transactions", () => {
  const draws = { scores: "softmax-of-normal", survivors: "clustered" } as const;
  onEveryMachine(20, (parameters, workload) => {
    const first = cycleCounters({ ...parameters, draws }, workload);
    expect(cycleCounters({ ...parameters, draws }, workload)).toEqual(first);
    expect(first.dramCommands.reads).toBe(cycleCounters(parameters, workload).dramCommands.reads);
  });
});

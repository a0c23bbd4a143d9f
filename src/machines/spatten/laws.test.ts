import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import type { AttentionJob, AttentionWorkload } from "../../workload/attention-workload.ts";
import { randomWorkload } from "../../workload/random-workload.ts";
import { analyticalCounters } from "./analytical.ts";
import type { SpattenParameters } from "./parameters.ts";
import { spattenPresets } from "./presets.ts";
import { probabilityValueCycles, queryKeyCycles, softmaxCycles } from "./stages.ts";

/** Random small workloads; a failure names its seed. */
const workloadArbitrary = fc.nat().map((seed) => randomWorkload(createRandom(seed)));
const parameterSets = spattenPresets.map((preset) => preset.parameters);

function onEveryMachine(
  check: (parameters: SpattenParameters, workload: AttentionWorkload, jobs: readonly AttentionJob[]) => void,
): void {
  fc.assert(
    fc.property(fc.constantFrom(...parameterSets), workloadArbitrary, (parameters, workload) => {
      check(parameters, workload, workload.jobs as readonly AttentionJob[]);
    }),
    { numRuns: 150 },
  );
}

const cyclesOf = (parameters: SpattenParameters, workload: AttentionWorkload): number =>
  analyticalCounters(parameters, workload).cycles;

const sumOver = (jobs: readonly AttentionJob[], part: (job: AttentionJob) => number): number =>
  jobs.reduce((sum, job) => sum + part(job), 0);

const valuesOf = (job: AttentionJob): readonly number[] =>
  typeof job.valuesPerQuery === "number"
    ? Array.from({ length: job.queryCount }, () => job.valuesPerQuery as number)
    : job.valuesPerQuery;

test("more of anything is never slower", () => {
  onEveryMachine((parameters, workload) => {
    const before = cyclesOf(parameters, workload);
    const { dram } = parameters;
    for (const times of [1.25, 2, 3]) {
      const more = (count: number): number => Math.ceil(count * times);
      const larger: SpattenParameters[] = [
        { ...parameters, multiplierCountPerModule: more(parameters.multiplierCountPerModule) },
        { ...parameters, softmaxParallelism: more(parameters.softmaxParallelism) },
        { ...parameters, topKComparatorCount: more(parameters.topKComparatorCount) },
        { ...parameters, dram: { ...dram, channelCount: more(dram.channelCount) } },
      ];
      for (const machine of larger) expect(cyclesOf(machine, workload)).toBeLessThanOrEqual(before);
    }
  });
});

test("no run beats its bandwidth, its multipliers or its softmax", () => {
  onEveryMachine((parameters, workload, jobs) => {
    const { headDimension } = workload.header.model;
    const { cycles, bytes, dramCommands } = analyticalCounters(parameters, workload);
    const { channelCount, bytesPerCyclePerChannel } = parameters.dram;
    const halfTransactions = 5 * jobs.length;
    expect(cycles).toBeGreaterThanOrEqual(bytes.total / (channelCount * bytesPerCyclePerChannel));
    expect(cycles * channelCount + halfTransactions).toBeGreaterThanOrEqual(
      dramCommands.reads! + dramCommands.writes!,
    );
    const passes = (job: AttentionJob): number => job.queryCount + job.refetchedQueries.length;
    expect(cycles).toBeGreaterThanOrEqual(
      sumOver(jobs, (job) => passes(job) * queryKeyCycles(parameters, headDimension, job.keyCount)),
    );
    expect(cycles).toBeGreaterThanOrEqual(
      sumOver(jobs, (job) => passes(job) * softmaxCycles(parameters, job.keyCount)),
    );
    expect(cycles).toBeGreaterThanOrEqual(
      sumOver(jobs, (job) =>
        valuesOf(job).reduce(
          (sum, values) => sum + probabilityValueCycles(parameters, headDimension, values),
          0,
        ),
      ),
    );
  });
});

test("busy and stalled cycles of every unit add up to the machine's, and so do layers and phases", () => {
  onEveryMachine((parameters, workload) => {
    const { cycles, units, layers, phases } = analyticalCounters(parameters, workload);
    expect(Number.isInteger(cycles)).toBe(true);
    for (const { busyCycles, stallCycles } of Object.values(units)) {
      expect(Object.values(stallCycles).reduce((sum, stall) => sum + stall, busyCycles)).toBe(cycles);
    }
    expect(layers.reduce((sum, layer) => sum + layer.cycles, 0)).toBe(cycles);
    expect(phases.reduce((sum, phase) => sum + phase.cycles, 0)).toBe(cycles);
  });
});

test("a unit is busy for exactly its own work", () => {
  onEveryMachine((parameters, workload, jobs) => {
    const { units } = analyticalCounters(parameters, workload);
    const { headDimension } = workload.header.model;
    const queryKey = sumOver(
      jobs,
      (job) =>
        (job.queryCount + job.refetchedQueries.length) *
        queryKeyCycles(parameters, headDimension, job.keyCount),
    );
    expect(units.queryKeyProduct!.busyCycles).toBe(queryKey);
  });
});

test("bytes are rows × elements × bits / 8, stream by stream", () => {
  onEveryMachine((parameters, workload, jobs) => {
    const { headDimension } = workload.header.model;
    const { bytes } = analyticalCounters(parameters, workload);
    const rowBytes = (bits: number): number => (headDimension * bits) / 8;
    const larger = (job: AttentionJob): number => Math.max(job.keyCount, job.valueCount);
    const streamed = (job: AttentionJob): boolean => larger(job) * rowBytes(12) > parameters.keySramBytes;
    const times = (job: AttentionJob): number => (streamed(job) ? job.queryCount : 1);
    const lsbTimes = (job: AttentionJob): number => {
      const refetched = job.refetchedQueries.length;
      const each = streamed(job) || workload.header.phase === "generation";
      return each ? refetched : Math.min(1, refetched);
    };
    const valueRows = (job: AttentionJob): number =>
      streamed(job) ? valuesOf(job).reduce((sum, values) => sum + values, 0) : job.valueCount;
    expect(bytes.query).toBe(sumOver(jobs, (job) => job.queryCount * rowBytes(Math.min(job.queryBits, 12))));
    expect(bytes.output).toBe(sumOver(jobs, (job) => job.queryCount * rowBytes(12)));
    expect(bytes.key).toBe(sumOver(jobs, (job) => times(job) * job.keyCount * rowBytes(job.keyBits)));
    expect(bytes.keyLsb).toBe(
      sumOver(jobs, (job) => lsbTimes(job) * job.keyCount * rowBytes(job.keyLsbBits)),
    );
    expect(bytes.value).toBe(sumOver(jobs, (job) => valueRows(job) * rowBytes(job.valueBits)));
    expect(bytes.total).toBe(bytes.query + bytes.key + bytes.keyLsb + bytes.value + bytes.output);
  });
});

test("iterations simulated one by one add up to the whole", () => {
  onEveryMachine((parameters, workload) => {
    const whole = analyticalCounters(parameters, workload);
    let cycles = 0;
    let denseEquivalent = 0;
    for (let iteration = 0; iteration < workload.header.iterationCount; iteration++) {
      const part = analyticalCounters(parameters, workload, iteration);
      cycles += part.cycles;
      denseEquivalent += part.operations.denseEquivalent;
    }
    expect(cycles).toBe(whole.cycles);
    expect(denseEquivalent).toBe(whole.operations.denseEquivalent);
  });
});

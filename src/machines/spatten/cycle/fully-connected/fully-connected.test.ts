import fc from "fast-check";
import { expect, test } from "vitest";
import { lookUp } from "../../../../base/registry.ts";
import type { AttentionWorkload } from "../../../../workload/attention-workload.ts";
import { withFullyConnected } from "../../../../workload/fully-connected-jobs.ts";
import { analyticalCounters } from "../../analytical.ts";
import { drawSizes, fullyConnectedOnly, type JobSize } from "../../fully-connected/random-jobs.reference.ts";
import type { SpattenParameters } from "../../parameters.ts";
import { spattenPresets } from "../../presets.ts";
import { bertBaseDense128 } from "../../reference-workloads.ts";
import { cycleCounters } from "../cycle.ts";
import type { CycleOptions } from "../options.ts";

const endToEnd = lookUp(spattenPresets, "spatten-e2e", "machine preset").parameters;
const eighth: SpattenParameters = {
  ...lookUp(spattenPresets, "spatten-eighth", "machine preset").parameters,
  runsFullyConnected: true,
};

const run = (parameters: SpattenParameters, workload: AttentionWorkload, options: CycleOptions = {}) =>
  cycleCounters(parameters, workload, undefined, options);

const sizesArbitrary = fc.gen().map((gen) => drawSizes((min, max) => gen(fc.integer, { min, max })));

function onBothMachines(
  numRuns: number,
  check: (parameters: SpattenParameters, workload: AttentionWorkload, sizes: readonly JobSize[]) => void,
): void {
  fc.assert(
    fc.property(fc.constantFrom(endToEnd, eighth), sizesArbitrary, (parameters, sizes) =>
      check(parameters, fullyConnectedOnly(sizes), sizes),
    ),
    { numRuns },
  );
}

test("bytes, operations and reads are those of the closed form, and every output is written", () => {
  onBothMachines(40, (parameters, workload) => {
    const expected = analyticalCounters(parameters, workload);
    const counters = run(parameters, workload);
    expect(counters.bytes).toEqual(expected.bytes);
    expect(counters.operations).toEqual(expected.operations);
    expect(counters.dramCommands.reads).toBe(expected.dramCommands.reads);
    expect(counters.dramCommands.writes).toBe(expected.dramCommands.writes);
    const { dramActivates: _ours, ...events } = counters.events;
    const { dramActivates: _theirs, ...others } = expected.events;
    expect(events).toEqual(others);
  });
});

test("no run beats its bandwidth or its multipliers, and every cycle of a unit is told", () => {
  onBothMachines(40, (parameters, workload) => {
    const { cycles, dramCommands, operations, units, layers } = run(parameters, workload);
    const { channelCount, bytesPerCyclePerChannel, transactionBytes } = parameters.dram;
    const movedBytes = (dramCommands.reads! + dramCommands.writes!) * transactionBytes;
    expect(cycles).toBeGreaterThanOrEqual(movedBytes / (channelCount * bytesPerCyclePerChannel));
    const multipliers = 2 * parameters.multiplierCountPerModule;
    expect(cycles).toBeGreaterThanOrEqual(operations.executed / (2 * multipliers));
    for (const { busyCycles, stallCycles } of Object.values(units)) {
      expect(Object.values(stallCycles).reduce((sum, stall) => sum + stall, busyCycles)).toBe(cycles);
    }
    expect(layers.reduce((sum, layer) => sum + layer.cycles, 0)).toBe(cycles);
  });
});

test("the arrays are busy for a cycle a line and vector, as in the closed form", () => {
  onBothMachines(40, (parameters, workload) => {
    const expected = analyticalCounters(parameters, workload).units;
    const { units } = run(parameters, workload);
    expect(units.queryKeyProduct!.busyCycles).toBe(expected.queryKeyProduct!.busyCycles);
    expect(units.probabilityValueProduct!.busyCycles).toBe(expected.probabilityValueProduct!.busyCycles);
  });
});

test("with ideal DRAM a run takes the closed form's time, but for inputs, outputs and 20 cycles a group of vectors", () => {
  onBothMachines(60, (parameters, workload, sizes) => {
    const expected = analyticalCounters(parameters, workload);
    const { cycles } = run(parameters, workload, { idealDramLatencyCycles: 30 });
    let groupCount = 0;
    for (const { vectorCount, rows } of sizes) {
      groupCount += Math.ceil(vectorCount / Math.floor(parameters.keySramBytes / (rows * 1.5)));
    }
    const { channelCount, bytesPerCyclePerChannel } = parameters.dram;
    const activationBytes = expected.bytes.query + expected.bytes.output;
    const activationCycles = activationBytes / (channelCount * bytesPerCyclePerChannel);
    expect(Math.abs(cycles - expected.cycles)).toBeLessThanOrEqual(20 * groupCount + activationCycles);
  });
});

test("with HBM2 a small run takes 0.9 to 2.5 times the closed form, whose latency is that of a row conflict", () => {
  onBothMachines(40, (parameters, workload) => {
    const ratio = run(parameters, workload).cycles / analyticalCounters(parameters, workload).cycles;
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(2.5);
  });
});

test("skipping idle cycles changes nothing", () => {
  onBothMachines(10, (parameters, workload) => {
    expect(run(parameters, workload, { jumps: false })).toEqual(run(parameters, workload));
  });
});

test("a slower ideal DRAM is never faster", () => {
  onBothMachines(15, (parameters, workload) => {
    const [near, far] = [20, 60].map(
      (idealDramLatencyCycles) => run(parameters, workload, { idealDramLatencyCycles }).cycles,
    );
    expect(far).toBeGreaterThanOrEqual(near!);
  });
});

test("each group of vectors waits for its inputs, which come when the group before is done", () => {
  // The eighth's Key SRAM holds 32 vectors of 500 elements; the weights are on chip long before the second group.
  const workload = fullyConnectedOnly([{ vectorCount: 96, rows: 500, columns: 4, weightBits: 8 }]);
  const latencyCycles = 1000;
  const { cycles, units } = run(eighth, workload, { idealDramLatencyCycles: latencyCycles });
  const busyCycles = 96 * Math.ceil((500 * 4) / 128);
  expect(units.queryKeyProduct!.busyCycles).toBe(busyCycles);
  expect(cycles).toBeGreaterThan(3 * latencyCycles + busyCycles);
  expect(units.queryKeyProduct!.stallCycles.fetch).toBeGreaterThan(2 * latencyCycles);
});

test("jobs run one after the other where they stand: together they take as long as each by itself", () => {
  const { header, jobs } = bertBaseDense128();
  const attention = { header, jobs: jobs.filter((job) => job.layer === 0) };
  const whole = withFullyConnected(attention, 8);
  const options = { idealDramLatencyCycles: 30 };
  const alone = whole.jobs
    .filter((job) => job.kind === "fully-connected")
    .map((job) => run(endToEnd, { header: whole.header, jobs: [job] }, options).cycles);
  const attentionCycles = run(endToEnd, attention, options).cycles;
  expect(alone).toHaveLength(4);
  expect(run(endToEnd, whole, options).cycles).toBe(
    alone.reduce((sum, cycles) => sum + cycles, attentionCycles),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { lookUp } from "../../../base/registry.ts";
import type { FullyConnectedJob } from "../../../workload/attention-workload.ts";
import { fullyConnectedWorkload } from "../../../workload/fully-connected-jobs.ts";
import { analyticalCounters } from "../analytical.ts";
import { spattenMachines } from "../machine.ts";
import type { SpattenParameters } from "../parameters.ts";
import { spattenPresets } from "../presets.ts";
import { planFullyConnected } from "./plan.ts";
import { drawSizes, fullyConnectedOnly, type JobSize } from "./random-jobs.reference.ts";

const endToEnd = lookUp(spattenPresets, "spatten-e2e", "machine preset").parameters;
/** An eighth of it: small SRAMs, so that vectors fall into several groups. */
const eighth: SpattenParameters = {
  ...lookUp(spattenPresets, "spatten-eighth", "machine preset").parameters,
  runsFullyConnected: true,
};

const count = (size: JobSize, parameters = endToEnd) =>
  analyticalCounters(parameters, fullyConnectedOnly([size]));

const sizesArbitrary = fc.gen().map((gen) => drawSizes((min, max) => gen(fc.integer, { min, max })));

function onBothMachines(
  check: (parameters: SpattenParameters, sizes: readonly JobSize[]) => void,
  numRuns = 200,
): void {
  fc.assert(fc.property(fc.constantFrom(endToEnd, eighth), sizesArbitrary, check), { numRuns });
}

test("one vector, 64 × 32 weights of 8 bits: written out by hand", () => {
  const counters = count({ vectorCount: 1, rows: 64, columns: 32, weightBits: 8 });
  // 64 × 32 B of weights; 64 and 32 elements of 12 bits.
  expect(counters.bytes).toMatchObject({ weight: 2048, query: 96, output: 48, key: 0, total: 2192 });
  expect(counters.operations).toEqual({ executed: 4096, recomputed: 0, denseEquivalent: 4096 });
  expect(counters.dramCommands).toEqual({ activates: 2 + 1 + 1, reads: 64 + 3, writes: 2 });
  // Fill: 50 and 3 transactions over 16 channels. Lines: 66 transactions and the last of 2 lines. Drain: the tree.
  expect(counters.cycles).toBe(51 + 6 + 11);
  expect(counters.bound).toBe("fill");
  expect(counters.units.queryKeyProduct).toEqual({
    busyCycles: 2,
    stallCycles: { fill: 51, fetch: 4, drain: 11 },
  });
  expect(counters.units.probabilityValueProduct).toEqual(counters.units.queryKeyProduct);
  expect(counters.events).toMatchObject({
    queryKeyMultiplies: 1024,
    probabilityValueMultiplies: 1024,
    keySramWrittenBits: 64 * 12,
    keySramReadBits: 1024 * 12,
    valueSramReadBits: 2048 * 12,
    dramTransferredBits: 69 * 256,
    exponentialFusedMultiplyAdds: 0,
  });
});

test("100 vectors: weights are read once, and the multipliers set the pace", () => {
  const counters = count({ vectorCount: 100, rows: 512, columns: 512, weightBits: 8 });
  expect(counters.bytes.weight).toBe(512 * 512);
  // 2400 transactions of inputs; 256 lines × 100 vectors.
  expect(counters.cycles).toBe(50 + 150 + 25_600 + 11);
  expect(counters.bound).toBe("fullyConnected");
});

test("vectors that the Key SRAM does not hold at once read the weights again", () => {
  // 196,608 B hold 32 vectors of 4096 elements.
  const { bytes, units } = count({ vectorCount: 65, rows: 4096, columns: 64, weightBits: 12 });
  expect(bytes.weight).toBe(3 * 4096 * 64 * 1.5);
  expect(bytes.query).toBe(65 * 4096 * 1.5);
  expect(units.queryKeyProduct!.busyCycles).toBe(65 * 256);
});

test("a generation reads each weight exactly once a token", () => {
  for (const weightBits of [8, 12]) {
    const workload = fullyConnectedWorkload("gpt2-medium", { tokenCount: 2, weightBits });
    const { bytes, operations } = analyticalCounters(endToEnd, workload);
    const weights = (workload.jobs as FullyConnectedJob[]).reduce(
      (sum, job) => sum + job.rows * job.columns,
      0,
    );
    expect(bytes.weight).toBe((weights * weightBits) / 8);
    expect(bytes.weight).toBe((2 * 24 * 12 * 1024 ** 2 * weightBits) / 8);
    expect(operations.executed).toBe(2 * weights);
    expect(operations.denseEquivalent).toBe(2 * weights);
  }
});

test("bytes are rows × columns × bits / 8 for every group of vectors", () => {
  onBothMachines((parameters, sizes) => {
    let weight = 0;
    for (const { vectorCount, rows, columns, weightBits } of sizes) {
      const vectorsThatFit = Math.floor(parameters.keySramBytes / (rows * 1.5));
      const groupCount = Math.ceil(vectorCount / vectorsThatFit);
      weight += (groupCount * rows * columns * Math.min(12, weightBits)) / 8;
    }
    expect(analyticalCounters(parameters, fullyConnectedOnly(sizes)).bytes.weight).toBe(weight);
  });
});

test("no run beats its bandwidth or its multipliers", () => {
  onBothMachines((parameters, sizes) => {
    const { cycles, bytes, operations, dramCommands } = analyticalCounters(
      parameters,
      fullyConnectedOnly(sizes),
    );
    const { channelCount, bytesPerCyclePerChannel } = parameters.dram;
    expect(cycles).toBeGreaterThanOrEqual(bytes.total / (channelCount * bytesPerCyclePerChannel));
    expect(cycles * channelCount).toBeGreaterThanOrEqual(dramCommands.reads! + dramCommands.writes!);
    expect(cycles).toBeGreaterThanOrEqual(
      operations.executed / (2 * 2 * parameters.multiplierCountPerModule),
    );
  });
});

test("more channels or multipliers, and fewer bits, are never slower", () => {
  onBothMachines((parameters, sizes) => {
    const cyclesOf = (machine: SpattenParameters, work = sizes): number =>
      analyticalCounters(machine, fullyConnectedOnly(work)).cycles;
    const before = cyclesOf(parameters);
    for (const times of [1.25, 2, 3]) {
      const { dram, multiplierCountPerModule } = parameters;
      const channelCount = Math.ceil(dram.channelCount * times);
      const multipliers = Math.ceil(multiplierCountPerModule * times);
      for (const machine of [
        { ...parameters, dram: { ...dram, channelCount } },
        { ...parameters, multiplierCountPerModule: multipliers },
      ]) {
        expect(cyclesOf(machine)).toBeLessThanOrEqual(before);
      }
    }
    const narrower = sizes.map((size) => ({ ...size, weightBits: Math.min(4, size.weightBits) }));
    expect(cyclesOf(parameters, narrower)).toBeLessThanOrEqual(before);
  });
});

test("busy and stalled cycles of every unit add up to the machine's, and so do layers and phases", () => {
  onBothMachines((parameters, sizes) => {
    const { cycles, units, layers, phases } = analyticalCounters(parameters, fullyConnectedOnly(sizes));
    for (const { busyCycles, stallCycles } of Object.values(units)) {
      expect(Object.values(stallCycles).reduce((sum, stall) => sum + stall, busyCycles)).toBe(cycles);
    }
    expect(layers.reduce((sum, layer) => sum + layer.cycles, 0)).toBe(cycles);
    expect(phases.reduce((sum, phase) => sum + phase.cycles, 0)).toBe(cycles);
  });
});

test("the attention machines refuse them and name the machine that runs them", async () => {
  const workload = fullyConnectedWorkload("bert-base", { tokenCount: 4, weightBits: 8 });
  for (const fidelity of ["analytical", "cycle"] as const) {
    for (const id of ["spatten", "spatten-eighth"]) {
      await expect(lookUp(spattenMachines, id, "machine").simulate(workload, { fidelity })).rejects.toThrow(
        'layer 0, "queryKeyValue": spatten is an attention co-processor: it runs no fully connected layer (machine spatten-e2e runs them',
      );
    }
  }
  const report = await lookUp(spattenMachines, "spatten-e2e", "machine").simulate(workload);
  expect(report.assumptions.filter((line) => line.startsWith("fully connected"))).toHaveLength(5);
});

test("what does not fit the machine is refused", () => {
  const job = fullyConnectedOnly([{ vectorCount: 1, rows: 200_000, columns: 1, weightBits: 8 }]).jobs[0]!;
  expect(() => planFullyConnected(endToEnd, job as FullyConnectedJob)).toThrow(
    'layer 0, "matrix": the Key SRAM must hold one input vector of a fully connected layer; got 196608 B; expected at least 300000 B',
  );
  const narrow = { ...endToEnd, valueSramBytes: 6143 };
  expect(() => count({ vectorCount: 1, rows: 1, columns: 1, weightBits: 8 }, narrow)).toThrow(
    "the Value SRAM must hold some weights for every multiplier; got 6143 B; expected at least 6144 B",
  );
  const { header, jobs } = fullyConnectedOnly([{ vectorCount: 2, rows: 1, columns: 1, weightBits: 8 }]);
  expect(() => analyticalCounters(endToEnd, { header: { ...header, phase: "generation" }, jobs })).toThrow(
    "more vectors than there are queries; got 2 vectors; expected at most 1",
  );
});

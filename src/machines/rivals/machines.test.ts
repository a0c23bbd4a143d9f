import { expect, test } from "vitest";
import { isSpattenError } from "../../base/errors.ts";
import { createRandom } from "../../base/random.ts";
import { lookUp } from "../../base/registry.ts";
import { bertBaseDense } from "../../experiments/spatten/bert-dense.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { createSidecar, readSidecar } from "../../workload/tensor-sidecar.ts";
import { sampleJob, sampleWorkload } from "../../workload/workload-samples.reference.ts";
import { a3Presets } from "../a3/presets.ts";
import { configuredMachine } from "../configured-machine.ts";
import { explain } from "../explain.ts";
import { figuresOf } from "../figures.ts";
import { mnnfastPresets } from "../mnnfast/presets.ts";
import { machines } from "../registry.ts";
import { drawHead } from "../spatten/datapath/head-samples.reference.ts";
import { gpt2SmallPruned992 } from "../spatten/reference-workloads.ts";

const RIVALS = ["a3-base", "a3-conservative", "a3-aggressive", "mnnfast", "mnnfast-separate"] as const;
const machineOf = (configuration: object) => configuredMachine(machines, configuration);
const bert = bertBaseDense(57);

/** Code and message of a refusal, or `ran`. */
async function outcomeOf(run: () => unknown): Promise<string> {
  try {
    await run();
    return "ran";
  } catch (error) {
    if (isSpattenError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
}

test("all of them share multipliers, clock, DRAM and energy tables with spatten-eighth", () => {
  const { parameters } = lookUp(machines, "spatten-eighth", "machine");
  const eighth = parameters as Record<string, unknown>;
  for (const id of RIVALS) {
    const own = lookUp(machines, id, "machine").parameters as Record<string, unknown>;
    for (const key of ["clockGigahertz", "multiplierCountPerModule", "dram", "fetcher", "sramBankCount"]) {
      expect(own[key]).toEqual(eighth[key]);
    }
    expect(own.energy).toMatchObject(eighth.energy as object);
  }
});

test("every switch changes the report that it should, and its hash", async () => {
  const runs = [
    { extends: "a3-base" },
    { extends: "a3-base", work: "jobs", id: "jobs" },
    { extends: "a3-base", keyValueReuse: "per-query" },
    { extends: "a3-base", keyCapacityCount: 32 },
    { extends: "a3-base", dramElementBits: 12 },
    { extends: "a3-base", energy: { onChip: "published" } },
    { extends: "a3-conservative" },
    { extends: "a3-conservative", sorting: { counted: true } },
    { extends: "mnnfast" },
    { extends: "mnnfast", multipliers: "separate", zeroSkipping: { mode: "off" } },
    { extends: "mnnfast", zeroSkipping: { skippedRowsTakeCycles: false } },
    { extends: "mnnfast", energy: { onChip: "published" } },
  ];
  const reports = await Promise.all(runs.map((configuration) => machineOf(configuration).simulate(bert)));
  expect(new Set(reports.map(({ configHash }) => configHash)).size).toBe(runs.length);
  const [base, jobs, perQuery, tiles, wide, published] = reports as [
    (typeof reports)[number],
    ...(typeof reports)[number][],
  ];
  expect(jobs!.cycles).toBe(base.cycles);
  expect(perQuery!.bytes.key).toBe(57 * base.bytes.key);
  expect(tiles!.bytes.output).toBeGreaterThan(base.bytes.output);
  expect(wide!.bytes.total).toBe(1.5 * base.bytes.total);
  expect(published!.energyPicojoules.dram).toBe(base.energyPicojoules.dram);
  const onChipWatts = (published!.energyPicojoules.units.chip! / base.seconds) * 1e-12;
  expect(onChipWatts).toBeCloseTo(0.099 + 0.0115, 6);
  expect(published!.areaSquareMillimetres.total).toBe(2.08);

  const [conservative, sorted, shared, separate, jumping, watt] = reports.slice(6) as typeof reports;
  expect(base.preprocess).toBeUndefined();
  expect(conservative!.preprocess).toMatchObject({ isCounted: false, cycles: 144 * 6 * 57 });
  expect(sorted!.preprocess).toEqual({ ...conservative!.preprocess, isCounted: true });
  expect(sorted!.cycles).toBeGreaterThan(conservative!.cycles);
  expect(sorted!.energyPicojoules.total).toBeGreaterThan(conservative!.energyPicojoules.total);
  expect(separate!.cycles).toBeLessThan(0.6 * shared!.cycles);
  expect(jumping!.cycles).toBeLessThan(shared!.cycles);
  expect(watt!.energyPicojoules.total).toBeCloseTo(watt!.seconds * 1e12, -3);
});

test("conventions change figures alone: 1 or 2 operations, executed or dense-equivalent, DRAM in or out", async () => {
  const report = await lookUp(machines, "a3-conservative", "machine").simulate(bert);
  const base = {
    operationsPerMultiplyAccumulate: 2,
    operations: "dense-equivalent",
    dramEnergy: "included",
  } as const;
  const two = figuresOf(report, base);
  expect(report.figures).toEqual(two);
  const one = figuresOf(report, { ...base, operationsPerMultiplyAccumulate: 1 });
  expect(one.gigaoperationsPerSecond).toBeCloseTo(two.gigaoperationsPerSecond / 2, 9);
  const executed = figuresOf(report, { ...base, operations: "executed" });
  const { operations, energyPicojoules } = report;
  const executedRatio = operations.executed / operations.denseEquivalent;
  expect(executed.gigaoperationsPerJoule / two.gigaoperationsPerJoule).toBeCloseTo(executedRatio, 9);
  const chip = figuresOf(report, { ...base, dramEnergy: "left-out" });
  const chipRatio = energyPicojoules.total / (energyPicojoules.total - energyPicojoules.dram);
  expect(chip.gigaoperationsPerJoule / two.gigaoperationsPerJoule).toBeCloseTo(chipRatio, 9);
  expect(chip.gigaoperationsPerSecond).toBe(two.gigaoperationsPerSecond);
});

test("switches that exclude each other, unknown ones and values out of range are refused", async () => {
  const refused = (configuration: object) => outcomeOf(() => machineOf(configuration));
  expect(await refused({ extends: "a3-base", sorting: { counted: true } })).toContain(
    "config sorting.counted: these switches exclude each other",
  );
  expect(await refused({ extends: "a3-base", number: { integerBits: 6, fractionBits: 6 } })).toContain(
    "config dramElementBits: these switches exclude each other; got 8 bits for numbers of 12",
  );
  expect(await refused({ extends: "mnnfast", multipliers: "separate" })).toContain(
    "config zeroSkipping.mode: these switches exclude each other; got exact with separate multipliers",
  );
  expect(await refused({ extends: "mnnfast", dramElementBits: 9 })).toContain("no numbers of 9 bits");
  expect(await refused({ extends: "a3-base", keyValueReuse: "never" })).toContain(
    'expected one of "resident", "per-query"',
  );
  expect(await refused({ extends: "a3-base", postScoringPercents: 5 })).toContain(
    'unknown key "postScoringPercents"',
  );
  expect(await refused({ extends: "a3-base", dram: { deviceName: "hbm9" } })).toContain("dram.deviceName");
});

test("workloads that a rival cannot run are refused, with the field", async () => {
  for (const id of RIVALS) {
    const machine = lookUp(machines, id, "machine");
    const { header, jobs } = bert;
    const refused = (workload: AttentionWorkload, options = {}) =>
      outcomeOf(() => machine.simulate(workload, options));
    const wide = { header: { ...header, model: { ...header.model, headDimension: 80 } }, jobs };
    expect(await refused(wide)).toMatch(
      /^workload header at model.headDimension: .*got 80 elements; expected at most 64/,
    );
    const weights = { kind: "fully-connected", iteration: 0, layer: 2, name: "ffn", vectorCount: 1 } as never;
    expect(await refused({ header, jobs: [weights] })).toContain('workload layer 2, "ffn"');
    expect(await refused(bert, { iteration: 3 })).toContain("workload iteration 3: there is no job");
    expect(await refused(bert, { energyModel: "calibrated" })).toContain("missing-engine");
    expect(await refused(bert, { fidelity: "exact" })).toContain('has no fidelity "exact"');
    const endless = { header: { ...header, model: { ...header.model, layerCount: 1e12 } }, jobs };
    expect(await refused(endless)).toContain("more heads than can be run");
    const long = { header: { ...header, model: { ...header.model, unprunedLength: 1e12 } }, jobs };
    expect(await refused(long)).toContain("more loads of K and V than can be run");
    const strict = machineOf({ extends: id, beyondCapacity: "refuse" });
    expect(await outcomeOf(() => strict.simulate(gpt2SmallPruned992()))).toMatch(
      /at keyCount: more keys than/,
    );
  }
});

test("a generation is run: each query loads K and V of its head, in tiles", async () => {
  const workload = gpt2SmallPruned992();
  const report = await lookUp(machines, "a3-base", "machine").simulate(workload, { iteration: 1 });
  expect(report.bytes.key).toBe(144 * (workload.header.model.unprunedLength + 1) * 64);
  expect(report.bytes.output).toBe(144 * 64);
  expect(report.phases.map(({ phase }) => phase)).toEqual(["generation"]);
});

test("with tensors they compute attention: the error lies within its bound, and the selection is told", async () => {
  const head = { queryCount: 12, keyCount: 12, valueCount: 12, valuesPerQuery: 12 };
  const { workload, tensors } = drawHead(createRandom(31), 64, 1.5, head);
  for (const id of RIVALS) {
    const found = await lookUp(machines, id, "machine").compute!(workload, tensors);
    expect(found.errorOverBoundRatio).toBeLessThanOrEqual(1);
    expect(found.selection).toMatchObject({ queryCount: 12, keyCount: 144 });
    if (id === "a3-base") expect(found.relativeRmsError).toBeLessThan(0.1);
  }
  const exact = machineOf({ extends: "mnnfast", zeroSkipping: { mode: "exact", probabilityThreshold: 0 } });
  expect((await exact.compute!(workload, tensors)).maximumAbsoluteError).toBeLessThan(1e-6 * 1.5);
});

test("what a function needs and is not there is named", async () => {
  const job = sampleJob({ keyLsbBits: 0, topK: [] });
  const workload = sampleWorkload([job]);
  const builder = createSidecar();
  builder.addHead(job, 4, "query", new Float32Array(16));
  builder.addHead(job, 4, "key", new Float32Array(16));
  const tensors = readSidecar(builder.toBytes(), "without.safetensors");
  for (const id of RIVALS) {
    const machine = lookUp(machines, id, "machine");
    expect(await outcomeOf(() => machine.compute!(workload, tensors))).toContain(
      'workload without.safetensors: tensor "iteration.0.layer.0.head.0.value" is missing',
    );
    expect(await outcomeOf(() => machine.compute!({ ...workload, jobs: [] }, tensors))).toContain(
      "no attention job",
    );
    const small = machineOf({ extends: id, keyCapacityCount: 3 });
    expect(await outcomeOf(() => small.compute!(workload, tensors))).toContain("at keyCount: more keys than");
  }
});

test("a run is explained: what set the pace covers it, and no ideal part slows the closed form", async () => {
  const { header } = bert;
  const model = { ...header.model, layerCount: 1, queryHeadCount: 3, unprunedLength: 30 };
  const small = { header: { ...header, model }, jobs: bert.jobs };
  for (const id of RIVALS) {
    const machine = lookUp(machines, id, "machine");
    for (const fidelity of ["analytical", "cycle"] as const) {
      const report = await machine.simulate(small, { fidelity });
      const { pace, counterfactuals } = await explain(machine, small, report);
      expect(pace.at(-1)!.endCycle).toBe(report.cycles);
      expect(counterfactuals).toHaveLength(4);
      if (fidelity === "cycle") continue;
      for (const { speedupRatio } of counterfactuals) expect(speedupRatio).toBeGreaterThanOrEqual(1);
    }
  }
});

test("what was remembered is called unconfirmed wherever it enters", async () => {
  for (const { sources } of [...a3Presets, ...mnnfastPresets]) {
    const unconfirmed = Object.values(sources).filter((source) => source.includes("unconfirmed"));
    expect(unconfirmed.length).toBeGreaterThan(2);
  }
  for (const id of RIVALS) {
    const { assumptions } = await lookUp(machines, id, "machine").simulate(bert);
    expect(assumptions.filter((line) => line.startsWith("unconfirmed")).length).toBeGreaterThan(0);
  }
});

import { expect, test } from "vitest";
import { lookUp } from "../../base/registry.ts";
import type { AttentionJob } from "../../workload/attention-workload.ts";
import { machines } from "../registry.ts";
import { energyTable } from "./energy-table.ts";
import { eventNames } from "./events.ts";
import { heldOut } from "./held-out.ts";
import { machineFromConfig } from "./machine.ts";
import { spattenPresets } from "./presets.ts";
import { bertBaseDense128, gpt2SmallPruned992 } from "./reference-workloads.ts";

const spatten = lookUp(machines, "spatten", "machine");
const bert = bertBaseDense128();
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

test("every event has an energy, every energy an event", () => {
  const priced = energyTable(spattenPresets[0]!.parameters).map((row) => row.event);
  expect([...priced].sort()).toEqual([...eventNames].sort());
});

test("energy by category and by unit add up to the same total, under either model", async () => {
  for (const energyModel of ["bottom-up", "calibrated"] as const) {
    const { energyPicojoules: energy } = await spatten.simulate(gpt2SmallPruned992(), { energyModel });
    expect(energy.compute + energy.sram + energy.dram + energy.leakage).toBeCloseTo(energy.total, 2);
    expect(Math.abs(sum(Object.values(energy.units)) - energy.total)).toBeLessThan(0.01);
  }
});

test("calibrated on its own workload, every fitted module has the paper's watts and every module its area", async () => {
  const report = await spatten.simulate(bert, { energyModel: "calibrated" });
  for (const { module, paper, factor, bottomUp, note } of report.calibration!.powerWatts) {
    const watts = report.energyPicojoules.units[module]! / 1e12 / report.seconds;
    expect(watts).toBeCloseTo(note === undefined ? paper : bottomUp, 9);
    expect(factor).toBeCloseTo(note === undefined ? paper / bottomUp : 1, 12);
  }
  expect(report.areaSquareMillimetres.total).toBeCloseTo(18.713, 3);
});

test("the calibration leaves DRAM and time alone", async () => {
  const bottomUp = await spatten.simulate(bert);
  const calibrated = await spatten.simulate(bert, { energyModel: "calibrated" });
  expect(calibrated.energyPicojoules.dram).toBe(bottomUp.energyPicojoules.dram);
  expect(calibrated.cycles).toBe(bottomUp.cycles);
  expect(bottomUp.calibration).toBeUndefined();
});

test("the same run gives the same bytes, and another configuration another hash", async () => {
  expect(JSON.stringify(await spatten.simulate(bert))).toBe(JSON.stringify(await spatten.simulate(bert)));
  const other = machineFromConfig({ extends: "spatten", dram: { efficiencyRatio: 0.73 } });
  expect((await other.simulate(bert)).configHash).not.toBe((await spatten.simulate(bert)).configHash);
  expect((await other.simulate(bert)).assumptions.join()).toContain("DRAM runs at 0.73 of its peak");
});

test("the clock changes seconds, not cycles", async () => {
  const half = machineFromConfig({ clockGigahertz: 0.5 });
  expect((await half.simulate(bert)).seconds).toBe(2 * (await spatten.simulate(bert)).seconds);
});

test("a fidelity that is not here is refused by name", async () => {
  expect(spatten.fidelities).toEqual(["analytical", "cycle"]);
  const fidelity = "exact" as "cycle";
  await expect(spatten.simulate(bert, { fidelity })).rejects.toThrow(
    expect.objectContaining({
      code: "missing-engine",
      message: 'machine "spatten" has no fidelity "exact" (it has: analytical, cycle)',
    }),
  );
});

test("jobs that the machine cannot run are refused", async () => {
  const [job] = bert.jobs as AttentionJob[];
  const refused = async (jobs: unknown[], header = bert.header, iteration?: number): Promise<string> => {
    try {
      await spatten.simulate(
        { header, jobs: jobs as AttentionJob[] },
        iteration === undefined ? {} : { iteration },
      );
      return "ran";
    } catch (error) {
      return `${(error as { code: string }).code} ${(error as Error).message}`;
    }
  };
  const weights = { kind: "fully-connected", iteration: 0, layer: 2, name: "ffn", vectorCount: 1 };
  expect(await refused([weights])).toBe(
    'workload layer 2, "ffn": spatten is an attention co-processor: it runs no fully connected layer (machine spatten-e2e runs them; leave these jobs out to simulate the attention alone)',
  );
  expect(await refused([job!], bert.header, 4)).toContain("workload iteration 4: there is no job");
  expect(await refused([job!], { ...bert.header, phase: "generation" })).toContain(
    "got 128 queries; expected 1",
  );
  expect(await refused([{ ...job!, valuesPerQuery: [1] }])).toContain("got 1 entries; expected 128");
  expect(await refused([{ ...job!, refetchedQueries: [128] }])).toContain(
    "names a query that is not there; got 128",
  );
});

test("held-out figures are shown as they come out", async () => {
  const rows = (await heldOut()).map(
    ({ quantity, published, ours, deviationRatio }) =>
      `${quantity}: ${published.toFixed(3)} | ${ours.toFixed(3)} | ${(100 * deviationRatio).toFixed(0)} %`,
  );
  expect(rows).toMatchInlineSnapshot(`
    [
      "1/8 area, mm²: 1.550 | 2.264 | 46 %",
      "1/8 power with DRAM, W: 0.942 | 0.306 | -68 %",
      "arithmetic power, W: 1.360 | 1.073 | -21 %",
      "SRAM power, W: 1.240 | 1.401 | 13 %",
      "DRAM power, W: 5.710 | 0.683 | -88 %",
      "DRAM power, W: 5.710 | 4.205 | -26 %",
      "total power, W: 8.300 | 3.200 | -61 %",
      "total power, W: 8.300 | 6.217 | -25 %",
      "top-k share of total power: 0.010 | 0.004 | -63 %",
      "top-k share of on-chip power: 0.031 | 0.012 | -63 %",
      "top-k share of area: 0.027 | 0.066 | 143 %",
    ]
  `);
});

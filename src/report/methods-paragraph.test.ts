import { expect, test } from "vitest";
import { createRandom } from "../base/random.ts";
import { spattenMachines } from "../machines/spatten/machine.ts";
import { randomWorkload } from "../workload/random-workload.ts";
import { methodsParagraph } from "./methods-paragraph.ts";

const [machine] = spattenMachines;

test("the paragraph names preset, configuration, fidelity, both counts of operations and the seeds", async () => {
  const report = await machine!.simulate(randomWorkload(createRandom(3)), {
    fidelity: "cycle",
    seeds: [4, 5, 6],
  });
  const text = methodsParagraph({ report, machine: machine!, version: "9.8.7" });
  for (const part of [
    "`spatten` of spatten 9.8.7",
    report.configHash,
    "at cycle fidelity and 1 GHz",
    `${(report.operations.executed / 1e9).toPrecision(4)} G executed`,
    `${(report.operations.denseEquivalent / 1e9).toPrecision(4)} G dense-equivalent`,
    "mean of 3 seeds",
    `(seed ${report.seed})`,
    "HPCA 2021",
  ]) {
    expect(text).toContain(part);
  }
});

test("a calibrated report says so, and a closed form draws nothing", async () => {
  const report = await machine!.simulate(randomWorkload(createRandom(3)), { energyModel: "calibrated" });
  const text = methodsParagraph({ report, machine: machine!, version: "1" });
  expect(text).toContain("scaled module by module");
  expect(text).toContain("nothing is drawn");
});

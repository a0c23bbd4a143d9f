import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import { PICOJOULES_PER_JOULE } from "../../base/units.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { fullyConnectedWorkload } from "../../workload/fully-connected-jobs.ts";
import { randomWorkload } from "../../workload/random-workload.ts";
import { anchors } from "../anchors.ts";
import type { Machine } from "../machine.ts";
import { attentionCalls, attentionCallWork, attentionStreams } from "./attention-calls.ts";
import { anchorHeader } from "./call-costs.ts";
import { platformFromConfig, platformMachines, platformMachinesFrom } from "./machine.ts";
import { callRanges } from "./presets.ts";

const anchorValue = (id: string): number => anchors.find((anchor) => anchor.id === id)!.value;
const ids = platformMachines.map(({ id }) => id);

/** The run behind an anchor: one job stands for the header's shape, which is what a platform runs. */
function anchorRun(generatedCount: number): AttentionWorkload {
  const header = { ...anchorHeader(generatedCount), jobCount: 1 };
  const { jobs } = randomWorkload(createRandom(1));
  return { header, jobs: [{ ...jobs[0]!, iteration: 0, layer: 0 }] };
}

const secondsOf = async (machine: Machine, workload: AttentionWorkload): Promise<number> =>
  (await machine.simulate(workload)).seconds;

it.each(platformMachines)("$id takes the published time for the published run", async (machine) => {
  const isPi = machine.id === "raspberry-pi-4";
  const attention = await machine.simulate(anchorRun(isPi ? 30 : 32));
  expect(attention.seconds).toBeCloseTo(anchorValue(`${machine.id}-attention-seconds`), 3);
  const weights = fullyConnectedWorkload("gpt2-medium", { tokenCount: 32, weightBits: 8 });
  if (isPi) {
    await expect(machine.simulate(weights)).rejects.toMatchObject({ code: "workload" });
  } else {
    const { seconds } = await machine.simulate(weights);
    expect(seconds).toBeCloseTo(anchorValue(`${machine.id}-fully-connected-seconds`), 6);
  }
});

it("splits the attention of the Xp as Fig 2 does, launches included", async () => {
  const xp = platformMachines[0]!;
  const { units, cycles } = await xp.simulate(anchorRun(32));
  const launchesOf = { reshape: 6, queryKey: 2, softmax: 5, probabilityValue: 2 } as const;
  const names = {
    reshape: "titan-xp-reshape-ratio",
    queryKey: "titan-xp-query-key-ratio",
    softmax: "titan-xp-softmax-ratio",
    probabilityValue: "titan-xp-probability-value-ratio",
  } as const;
  for (const call of attentionCalls) {
    const launches = (units.launches!.busyCycles * launchesOf[call]) / 15;
    expect((units[call]!.busyCycles + launches) / cycles).toBeCloseTo(anchorValue(names[call]), 2);
  }
});

describe.each(platformMachines)("$id on random workloads", (machine) => {
  const random = createRandom(5);
  const workloads = Array.from({ length: 12 }, () => randomWorkload(random));

  it("is never faster than peak or bandwidth, and its parts add up", async () => {
    for (const workload of workloads) {
      const report = await machine.simulate(workload);
      const { gigaoperationsPerSecond, gigabytesPerSecond } = machine.roofs!;
      expect(report.seconds).toBeGreaterThan(report.operations.executed / gigaoperationsPerSecond / 1e9);
      expect(report.seconds).toBeGreaterThan(report.bytes.total / gigabytesPerSecond / 1e9);
      expect(report.operations.executed).toBe(report.operations.denseEquivalent);
      const sum = report.layers.reduce((bytes, layer) => bytes + layer.bytes.total, 0);
      expect(sum).toBe(report.bytes.total);
      for (const { busyCycles, stallCycles } of Object.values(report.units)) {
        expect(busyCycles + stallCycles.otherCalls!).toBe(report.cycles);
      }
    }
  });
});

it("moves by stream what it moves by call", () => {
  const { header } = randomWorkload(createRandom(3));
  for (let iteration = 0; iteration < header.iterationCount; iteration++) {
    const calls = Object.values(attentionCallWork(header, iteration, 4));
    const bytes = calls.reduce((sum, call) => sum + call.bytes, 0);
    expect(attentionStreams(header, iteration, 4).total).toBe(bytes);
  }
});

it("changes only the platform that names a perturbed anchor", async () => {
  const short = anchorRun(1);
  const before = await Promise.all(platformMachines.map((machine) => secondsOf(machine, short)));
  for (const { id } of anchors) {
    const perturbed = anchors.map((row) => (row.id === id ? { ...row, value: row.value * 1.01 } : row));
    const machines = platformMachinesFrom(perturbed);
    for (const [index, machine] of machines.entries()) {
      const shows = machine.anchors!("bottom-up").seconds.includes(id);
      const seconds = await secondsOf(machine, short);
      if (shows) expect(seconds, `${machine.id}, ${id}`).not.toBeCloseTo(before[index]!, 9);
      else expect(seconds, `${machine.id}, ${id}`).toBe(before[index]!);
    }
  }
});

it("hinges on Fig 14 for its energy only where its power is the implied one", async () => {
  for (const id of ids) {
    const outside = platformMachines.find((machine) => machine.id === id)!;
    const implied = platformFromConfig({ extends: id, power: "implied" });
    expect(outside.anchors!("bottom-up").energy).not.toContain(`${id}-implied-watts`);
    expect(implied.anchors!("bottom-up").energy).toContain(`${id}-implied-watts`);
    const report = await implied.simulate(anchorRun(1));
    expect(report.energyPicojoules.total / PICOJOULES_PER_JOULE / report.seconds).toBeCloseTo(
      anchorValue(`${id}-implied-watts`),
      6,
    );
  }
  expect(anchorValue("titan-xp-implied-watts")).toBeCloseTo(61, 0);
  expect(anchorValue("xeon-e5-2640v4-implied-watts")).toBeCloseTo(97, 0);
});

it("takes longer for a short sentence with dearer calls, and as long for the measured run", async () => {
  const bert = randomWorkload(createRandom(9));
  for (const id of ids) {
    const { low, high } = callRanges[id]!;
    const [cheap, dear] = [low, high].map((secondsPerCall) =>
      platformFromConfig({ extends: id, secondsPerCall }),
    );
    const short = {
      ...bert,
      header: { ...bert.header, model: { ...bert.header.model, unprunedLength: 8 } },
    };
    expect(await secondsOf(cheap!, short)).toBeLessThan(await secondsOf(dear!, short));
    const run = anchorRun(id === "raspberry-pi-4" ? 30 : 32);
    expect(await secondsOf(cheap!, run)).toBeCloseTo(await secondsOf(dear!, run), 6);
  }
});

it("refuses launches that take longer than what was measured, other energies and empty iterations", async () => {
  expect(() => platformFromConfig({ extends: "titan-xp", secondsPerCall: 1e-3 })).toThrow(
    /less than launches/,
  );
  expect(() => platformFromConfig({ extends: "titan-xp", secondsPerCal: 1e-6 })).toThrow(/secondsPerCall/);
  const run = anchorRun(1);
  const xp = platformMachines[0]!;
  await expect(xp.simulate(run, { energyModel: "calibrated" })).rejects.toMatchObject({
    code: "missing-engine",
  });
  await expect(xp.simulate(run, { fidelity: "cycle" })).rejects.toMatchObject({ code: "missing-engine" });
  await expect(xp.simulate(run, { iteration: 7 })).rejects.toMatchObject({ code: "workload" });
  const endless = { ...run, header: { ...run.header, iterationCount: 1e15 } };
  await expect(xp.simulate(endless)).rejects.toMatchObject({ code: "workload" });
});

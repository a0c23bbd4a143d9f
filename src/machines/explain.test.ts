import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../base/random.ts";
import { randomWorkload } from "../workload/random-workload.ts";
import { explain } from "./explain.ts";
import type { Fidelity } from "./machine-report.ts";
import { PaceWindows } from "./pace-windows.ts";
import type { UnitSpan } from "./run-observer.ts";
import { spattenMachines } from "./spatten/machine.ts";

const fidelities: readonly Fidelity[] = ["analytical", "cycle"];

test("windows tile the run, and a cause's cycles are those that were put in", () => {
  const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom("a", "b", "c")), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(spans, (rows) => {
      const windows = new PaceWindows();
      let cycle = 0;
      for (const [cycles, cause] of rows) {
        windows.add(cycle, cycle + cycles, cause);
        cycle += cycles;
      }
      const told = windows.windows();
      expect(told.length).toBeLessThanOrEqual(96);
      expect(told[0]!.startCycle).toBe(0);
      expect(told.at(-1)!.endCycle).toBe(cycle);
      for (const [place, row] of told.entries()) {
        expect(row.startCycle).toBe(told[place - 1]?.endCycle ?? 0);
        expect(row.shareRatio).toBeGreaterThan(0);
        expect(row.shareRatio).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test("one cause alone fills one window", () => {
  const windows = new PaceWindows();
  for (let cycle = 0; cycle < 1000; cycle += 10) windows.add(cycle, cycle + 10, "topK");
  expect(windows.windows()).toEqual([{ startCycle: 0, endCycle: 1000, cause: "topK", shareRatio: 1 }]);
});

test("an explanation covers the run from its first cycle to its last, and reruns with one thing ideal", async () => {
  for (const machine of spattenMachines) {
    for (const fidelity of fidelities) {
      for (let seed = 0; seed < 4; seed++) {
        const workload = randomWorkload(createRandom(seed));
        const report = await machine.simulate(workload, { fidelity });
        const { pace, counterfactuals } = await explain(machine, workload, report);
        expect(pace[0]!.startCycle).toBe(0);
        expect(pace.at(-1)!.endCycle).toBe(report.cycles);
        for (const { cycles, speedupRatio } of counterfactuals) {
          expect(speedupRatio).toBeCloseTo(report.cycles / cycles, 12);
        }
        const ideal = counterfactuals.find(({ id }) => id === "no-pipeline-latency")!;
        expect(ideal.speedupRatio).toBeGreaterThan(1);
        const isRefetching = workload.jobs.some(
          (job) => job.kind === "attention" && job.refetchedQueries.length > 0,
        );
        expect(counterfactuals.some(({ id }) => id === "no-refetch")).toBe(isRefetching);
      }
    }
  }
});

test("the spans of each unit tile the run; busy ones add up to its busy cycles, waits to its stalls by cause", async () => {
  for (let seed = 0; seed < 10; seed++) {
    const spans: UnitSpan[] = [];
    let reads = 0;
    const report = await spattenMachines[0]!.simulate(randomWorkload(createRandom(seed)), {
      fidelity: "cycle",
      seeds: [0],
      observer: {
        unit: (span) => spans.push(span),
        channel: ({ readCount }) => {
          reads += readCount;
        },
      },
    });
    expect(reads).toBe(report.dramCommands.reads);
    for (const [unit, { busyCycles, stallCycles }] of Object.entries(report.units)) {
      const own = spans.filter((span) => span.unit === unit);
      let cycle = 0;
      const sums: Record<string, number> = {};
      for (const { startCycle, endCycle, cause = "busy" } of own) {
        expect(startCycle).toBe(cycle);
        sums[cause] = (sums[cause] ?? 0) + endCycle - startCycle;
        cycle = endCycle;
      }
      expect(cycle).toBe(report.cycles);
      const { busy = 0, ...stalls } = sums;
      expect(busy).toBe(busyCycles);
      expect(stalls).toEqual(stallCycles);
    }
  }
});

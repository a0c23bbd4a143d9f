import { describe, expect, it } from "vitest";
import type { AttentionJob, AttentionWorkload } from "../../workload/attention-workload.ts";
import { bertBaseDense128 } from "../spatten/reference-workloads.ts";
import { bertBehaviouralMachines } from "./machine.ts";

const machine = bertBehaviouralMachines[0]!;
const dense = bertBaseDense128();

describe("bert-behavioural as a machine", () => {
  it("takes the golden cycles of dense BERT-Base at 128 tokens, and accounts for all of them", async () => {
    const report = await machine.simulate(dense);
    expect(report.cycles).toBe(300_948);
    expect(report.seconds).toBeCloseTo(300_948e-9, 12);
    expect(report.bound).toBe("fill");
    for (const { busyCycles, stallCycles } of Object.values(report.units)) {
      expect(Object.values(stallCycles).reduce((sum, cycles) => sum + cycles, busyCycles)).toBe(
        report.cycles,
      );
    }
    expect(report.layers.reduce((sum, layer) => sum + layer.cycles, 0)).toBe(report.cycles);
    expect(report.layers.reduce((sum, layer) => sum + layer.bytes.total, 0)).toBe(report.bytes.total);
    // 144 heads × 128 rows × 64 bytes, of K and of V.
    expect(report.bytes.total).toBe(2 * 144 * 128 * 64);
    expect(report.operations.executed).toBe(report.operations.denseEquivalent);
    expect(report.assumptions.join()).toContain("no energy and no area");
  });

  it("refuses what the model cannot express", async () => {
    const header = { ...dense.header, phase: "generation" as const };
    await expect(machine.simulate({ ...dense, header })).rejects.toThrow("summarizations only");
    const [first] = dense.jobs as readonly AttentionJob[];
    const refetched: AttentionWorkload = {
      ...dense,
      jobs: [{ ...first!, keyLsbBits: 4, refetchedQueries: [0] }],
    };
    await expect(machine.simulate(refetched)).rejects.toThrow("no progressive quantization");
    await expect(machine.simulate(dense, { fidelity: "cycle" })).rejects.toThrow("no fidelity");
    await expect(machine.simulate(dense, { energyModel: "calibrated" })).rejects.toThrow("energy");
    await expect(machine.simulate(dense, { iteration: 3 })).rejects.toThrow("iteration 3");
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasShared, sharedData } from "../../../test/support/shared.ts";
import { readOfficialCsv } from "../../workload/official-csv.ts";
import { workloadFromOfficialCsv } from "../../workload/official-workload.ts";
import { bertBaseDense128 } from "../spatten/reference-workloads.ts";
import { releaseMachines } from "./release-machine.ts";

const eighth = releaseMachines.find((machine) => machine.id === "spatten-release-eighth")!;

describe("the release as a machine", () => {
  it.skipIf(!hasShared)("reports per8's first token: RTL cycles, and bytes = reads x 32", async () => {
    const file = sharedData("workloads", "summary-gpt2-small-wikitext2-per8.csv");
    const workload = workloadFromOfficialCsv(readOfficialCsv(readFileSync(file, "utf8"), file), file);
    const report = await eighth.simulate(workload, { iteration: 0 });
    expect(report.cycles).toBe(407_777);
    expect(report.bytes.total).toBe(report.dramCommands.reads! * 32);
    expect(report.layers.reduce((sum, layer) => sum + layer.cycles, 0)).toBe(report.cycles);
    for (const { busyCycles, stallCycles } of Object.values(report.units)) {
      expect(Object.values(stallCycles).reduce((sum, cycles) => sum + cycles, busyCycles)).toBe(
        report.cycles,
      );
    }
    expect(report.energyPicojoules.total).toBe(report.energyPicojoules.dram);
  });

  it("refuses a summarization, another fidelity and a calibration, saying why", async () => {
    await expect(eighth.simulate(bertBaseDense128())).rejects.toThrow("the official CSV cannot hold this");
    await expect(eighth.simulate(bertBaseDense128(), { fidelity: "analytical" })).rejects.toThrow(
      "it has: cycle",
    );
    await expect(eighth.simulate(bertBaseDense128(), { energyModel: "calibrated" })).rejects.toThrow(
      "no on-chip energy",
    );
  });
});

import { finishWithRests, neverRest } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { configHash } from "../../base/json.ts";
import { parseWith } from "../../base/schema.ts";
import { eachOfficialRow } from "../../workload/official-export.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import type { Machine, SimulateOptions } from "../machine.ts";
import type { MachineReport } from "../machine-report.ts";
import { mergeConfig, requireConfigObject } from "../merge-config.ts";
import { releaseConfigurationSchema, releaseGeometry } from "./parameters.ts";
import { type ReleasePreset, releasePresets } from "./presets.ts";
import { releaseReport } from "./release-report.ts";

/** The official RTL as machines: full size with counts rounded to 32, and the eighth that its script simulates. */
export const releaseMachines: readonly Machine[] = releasePresets.map(machineOf);

function machineOf(preset: ReleasePreset): Machine {
  return {
    id: preset.id,
    title: preset.title,
    source: preset.source,
    fidelities: ["cycle"],
    readsStreams: true,
    parameters: preset.parameters,
    simulate: (workload, options) => runRelease(preset, workload, options),
    configure: (configuration, where) => machineOf(customPreset(preset, configuration, where)),
  };
}

/** The preset with a user's keys put in; what does not fit together is refused when it runs, or here. */
function customPreset(preset: ReleasePreset, configuration: unknown, where?: string): ReleasePreset {
  const {
    extends: _preset,
    id = `${preset.id}-custom`,
    ...overrides
  } = requireConfigObject(configuration, where);
  const parameters = parseWith(releaseConfigurationSchema, mergeConfig(preset.parameters, overrides), {
    what: "machine configuration",
    ...(where === undefined ? {} : { where }),
  });
  releaseGeometry(parameters);
  return { id: String(id), title: String(id), source: `over preset ${preset.id}`, parameters };
}

async function runRelease(
  preset: ReleasePreset,
  workload: WorkloadSource,
  options: SimulateOptions = {},
): Promise<MachineReport> {
  const { fidelity = "cycle", energyModel = "bottom-up", iteration, checkpoint = neverRest } = options;
  if (fidelity !== "cycle") {
    throw new SpattenError("missing-engine", `machine "${preset.id}" has no fidelity "${fidelity}"`, {
      hint: "it has: cycle",
    });
  }
  if (energyModel !== "bottom-up") {
    throw new SpattenError("missing-engine", `machine "${preset.id}" has no on-chip energy to calibrate`);
  }
  const { simulateRelease } = await import("./simulate.ts");
  const steps = simulateRelease(
    { rows: eachOfficialRow(workload), rowCount: workload.header.jobCount },
    preset.parameters,
    iteration === undefined ? {} : { iteration },
  );
  const result = await finishWithRests(steps, checkpoint, options.onProgress);
  const report = releaseReport(preset.id, preset.parameters, workload, result, iteration);
  return { ...report, configHash: configHash(preset.parameters) };
}

import { finishWithRests, neverRest } from "../../base/checkpoint.ts";
import { anchorIds, noAnchors } from "../anchors.ts";
import type { Counterfactual } from "../explain.ts";
import type { Machine } from "../machine.ts";
import { type ResolvedMachineConfig, resolveMachineConfig } from "./machine-config.ts";
import { spattenPresets } from "./presets.ts";
import { spattenRoofs } from "./roofs.ts";
import { simulateSpatten, spattenFidelities } from "./simulate.ts";

/** The machines of the paper: Table I, the eighth of it that Table III compares, and the one of Fig 15 that runs whole models. */
export const spattenMachines: readonly Machine[] = spattenPresets.map(machineOf);

/**
 * A machine from a user's configuration, for example `{ extends: "spatten-eighth", softmaxParallelism: 2 }`; `where`
 * names the file in errors. @throws SpattenError `config` for an unknown preset or key, or a value out of range.
 */
export function machineFromConfig(value: unknown, where?: string): Machine {
  return machineOf(resolveMachineConfig(value, where));
}

function machineOf(config: ResolvedMachineConfig): Machine {
  const { id, title, source, parameters } = config;
  return {
    id,
    title,
    source,
    fidelities: spattenFidelities,
    parameters,
    roofs: spattenRoofs(parameters),
    anchors: (energyModel) =>
      energyModel === "bottom-up"
        ? noAnchors
        : {
            seconds: [],
            energy: anchorIds("spatten-watts-"),
            area: anchorIds("spatten-square-millimetres-"),
          },
    calibrates: true,
    simulate: (workload, options) => simulateSpatten(config, workload, options),
    readsStreams: true,
    counterfactuals: async (workload, checkpoint = neverRest) => {
      const { changedWorkloadSteps, spattenCounterfactuals } = await import("./counterfactuals.ts");
      const rows: Counterfactual[] = [];
      for (const change of spattenCounterfactuals) {
        const changed = await finishWithRests(changedWorkloadSteps(change, workload), checkpoint);
        if (changed === undefined) continue;
        const { id: changeId, title: changeTitle } = change;
        const machine = machineOf({ ...config, parameters: change.parameters?.(parameters) ?? parameters });
        rows.push({ id: changeId, title: changeTitle, machine, workload: changed });
      }
      return rows;
    },
    compute: async (workload, tensors, { iteration, checkpoint = neverRest, onProgress } = {}) => {
      const { computeWorkload, functionReport } = await import("./datapath/compute-workload.ts");
      const steps = computeWorkload(workload, tensors, { parameters, iteration });
      return functionReport(await finishWithRests(steps, checkpoint, onProgress));
    },
    configure: machineFromConfig,
  };
}

import { finishWithRests, neverRest } from "../../base/checkpoint.ts";
import type { Machine } from "../machine.ts";
import { computeWorkload, functionReport } from "./datapath/compute-workload.ts";
import { type ResolvedMachineConfig, resolveMachineConfig } from "./machine-config.ts";
import { spattenPresets } from "./presets.ts";
import { simulateSpatten, spattenFidelities } from "./simulate.ts";

/** The machines of the paper: Table I, and the eighth of it that Table III compares. */
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
    simulate: (workload, options) => simulateSpatten(config, workload, options),
    compute: async (workload, tensors, { iteration, checkpoint = neverRest, onProgress } = {}) => {
      const steps = computeWorkload(workload, tensors, { parameters, iteration });
      return functionReport(await finishWithRests(steps, checkpoint, onProgress));
    },
    configure: machineFromConfig,
  };
}

import { finishWithRests, neverRest } from "../../base/checkpoint.ts";
import { noAnchors } from "../anchors.ts";
import type { Machine } from "../machine.ts";
import { rivalCounterfactuals } from "../rivals/counterfactuals.ts";
import { type RivalPreset, resolveRivalConfig } from "../rivals/rival-config.ts";
import { rivalFidelities, simulateRival } from "../rivals/simulate.ts";
import { spattenRoofs } from "../spatten/roofs.ts";
import { computeMnnfast } from "./compute.ts";
import { mnnfastDesign } from "./design.ts";
import { checkMnnfastParameters, type MnnfastParameters, mnnfastParametersSchema } from "./parameters.ts";
import { mnnfastPresets } from "./presets.ts";

/** MNNFast (ISCA 2019) under the normalisation of SpAtten's Table III. */
export const mnnfastMachines: readonly Machine[] = mnnfastPresets.map(machineOf);

/**
 * A machine from a user's configuration, for example `{ extends: "mnnfast", dramElementBits: 12 }`; `where` names the file
 * in errors. @throws SpattenError `config`.
 */
export function mnnfastFromConfig(value: unknown, where?: string): Machine {
  return machineOf(
    resolveRivalConfig(mnnfastPresets, mnnfastParametersSchema, checkMnnfastParameters, value, where),
  );
}

function machineOf(preset: RivalPreset<MnnfastParameters>): Machine {
  const { id, title, source, parameters } = preset;
  return {
    id,
    title,
    source,
    citation:
      "The architecture is that of MNNFast (ISCA 2019), modelled anew under the normalisation of SpAtten's Table III (HPCA 2021).",
    fidelities: rivalFidelities,
    parameters,
    roofs: spattenRoofs(parameters),
    anchors: () =>
      parameters.energy.onChip === "tables" ? noAnchors : { ...noAnchors, energy: ["mnnfast-watts"] },
    simulate: (workload, options) => simulateRival(id, mnnfastDesign(parameters), workload, options),
    readsStreams: true,
    counterfactuals: (workload) =>
      rivalCounterfactuals(parameters, workload, (changed) => machineOf({ ...preset, parameters: changed })),
    compute: (workload, tensors, { iteration, checkpoint = neverRest, onProgress } = {}) =>
      finishWithRests(computeMnnfast(parameters, workload, tensors, iteration), checkpoint, onProgress),
    configure: mnnfastFromConfig,
  };
}

import { noAnchors } from "../anchors.ts";
import type { Machine } from "../machine.ts";
import { type RivalPreset, resolveRivalConfig } from "../rivals/rival-config.ts";
import { rivalMachine } from "../rivals/rival-machine.ts";
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
  return rivalMachine(preset, {
    citation:
      "The architecture is that of MNNFast (ISCA 2019), modelled anew under the normalisation of SpAtten's Table III (HPCA 2021).",
    anchorsOf: ({ energy }) =>
      energy.onChip === "tables" ? noAnchors : { ...noAnchors, energy: ["mnnfast-watts"] },
    designOf: (parameters) => mnnfastDesign(parameters),
    compute: computeMnnfast,
    configure: mnnfastFromConfig,
  });
}

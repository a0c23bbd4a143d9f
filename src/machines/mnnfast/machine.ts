import { type Anchor, noAnchors, anchors as publishedAnchors } from "../anchors.ts";
import type { Machine } from "../machine.ts";
import { type RivalPreset, resolveRivalConfig } from "../rivals/rival-config.ts";
import { rivalMachine } from "../rivals/rival-machine.ts";
import { computeMnnfast } from "./compute.ts";
import { mnnfastDesign } from "./design.ts";
import { checkMnnfastParameters, type MnnfastParameters, mnnfastParametersSchema } from "./parameters.ts";
import { mnnfastPresets } from "./presets.ts";

/** MNNFast (ISCA 2019) under the normalisation of SpAtten's Table III. */
export const mnnfastMachines: readonly Machine[] = mnnfastMachinesFrom(publishedAnchors);

/** The same, with the given published figures where a configuration asks for those. */
export function mnnfastMachinesFrom(anchors: readonly Anchor[]): readonly Machine[] {
  return mnnfastPresets.map((preset) => machineOf(preset, anchors));
}

/**
 * A machine from a user's configuration, for example `{ extends: "mnnfast", dramElementBits: 12 }`; `where` names the file
 * in errors. @throws SpattenError `config`.
 */
export function mnnfastFromConfig(
  value: unknown,
  where?: string,
  anchors: readonly Anchor[] = publishedAnchors,
): Machine {
  return machineOf(
    resolveRivalConfig(mnnfastPresets, mnnfastParametersSchema, checkMnnfastParameters, value, where),
    anchors,
  );
}

function machineOf(preset: RivalPreset<MnnfastParameters>, anchors: readonly Anchor[]): Machine {
  return rivalMachine(preset, {
    citation:
      "The architecture is that of MNNFast (ISCA 2019), modelled anew under the normalisation of SpAtten's Table III (HPCA 2021).",
    anchorsOf: ({ energy }) =>
      energy.onChip === "tables" ? noAnchors : { ...noAnchors, energy: ["mnnfast-watts"] },
    designOf: (parameters) => mnnfastDesign(parameters, undefined, anchors),
    compute: computeMnnfast,
    configure: (value, where) => mnnfastFromConfig(value, where, anchors),
  });
}

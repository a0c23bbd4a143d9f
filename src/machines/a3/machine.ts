import { type Anchor, noAnchors, anchors as publishedAnchors } from "../anchors.ts";
import type { Machine } from "../machine.ts";
import { type RivalPreset, resolveRivalConfig } from "../rivals/rival-config.ts";
import { rivalMachine } from "../rivals/rival-machine.ts";
import { computeA3 } from "./compute.ts";
import { a3Design } from "./design.ts";
import { type A3Parameters, a3ParametersSchema, checkA3Parameters } from "./parameters.ts";
import { a3Presets } from "./presets.ts";

/** A3 (HPCA 2020) under the normalisation of SpAtten's Table III: without approximation, and its two trade-offs. */
export const a3Machines: readonly Machine[] = a3MachinesFrom(publishedAnchors);

/** The same, with the given published figures where a configuration asks for those. */
export function a3MachinesFrom(anchors: readonly Anchor[]): readonly Machine[] {
  return a3Presets.map((preset) => machineOf(preset, anchors));
}

/**
 * A machine from a user's configuration, for example `{ extends: "a3-aggressive", keyCapacityCount: 1024 }`; `where` names
 * the file in errors. @throws SpattenError `config`.
 */
export function a3FromConfig(
  value: unknown,
  where?: string,
  anchors: readonly Anchor[] = publishedAnchors,
): Machine {
  return machineOf(
    resolveRivalConfig(a3Presets, a3ParametersSchema, checkA3Parameters, value, where),
    anchors,
  );
}

function machineOf(preset: RivalPreset<A3Parameters>, anchors: readonly Anchor[]): Machine {
  return rivalMachine(preset, {
    citation:
      "The architecture is that of A3 (HPCA 2020), modelled anew under the normalisation of SpAtten's Table III (HPCA 2021).",
    anchorsOf: ({ energy }) =>
      energy.onChip === "tables"
        ? noAnchors
        : {
            ...noAnchors,
            energy: ["a3-dynamic-watts", "a3-static-watts"],
            area: ["a3-square-millimetres"],
          },
    designOf: (parameters) => a3Design(parameters, undefined, anchors),
    compute: computeA3,
    configure: (value, where) => a3FromConfig(value, where, anchors),
  });
}

import { SpattenError } from "../../base/errors.ts";
import { lookUp } from "../../base/registry.ts";
import { parseWith } from "../../base/schema.ts";
import { type Anchor, anchors as publishedAnchors } from "../anchors.ts";
import type { Machine } from "../machine.ts";
import { mergeConfig, requireConfigObject } from "../merge-config.ts";
import { callCosts } from "./call-costs.ts";
import { platformParametersSchema } from "./parameters.ts";
import { type PlatformPreset, platformPresets } from "./presets.ts";
import { simulatePlatform } from "./simulate.ts";

/** The platforms of Fig 14, calibrated on the given anchors. */
export function platformMachinesFrom(anchors: readonly Anchor[]): readonly Machine[] {
  return platformPresets(anchors).map((preset) => machineOf(preset, anchors));
}

/** TITAN Xp, Xeon, Jetson Nano and Raspberry Pi 4 as SpAtten's authors measured them. */
export const platformMachines: readonly Machine[] = platformMachinesFrom(publishedAnchors);

/**
 * A platform from a user's configuration, for example `{ extends: "titan-xp", power: "implied" }`; `where` names the file
 * in errors. @throws SpattenError `config`, also where launches and roofs take longer than what was measured.
 */
export function platformFromConfig(
  value: unknown,
  where?: string,
  anchors: readonly Anchor[] = publishedAnchors,
): Machine {
  const { extends: presetName, id, ...overrides } = requireConfigObject(value, where);
  const preset = lookUp(platformPresets(anchors), String(presetName), "machine preset");
  if (id !== undefined && typeof id !== "string") {
    throw new SpattenError("config", "the id of a machine is a text", { where: where ?? "id" });
  }
  const parameters = parseWith(platformParametersSchema, mergeConfig(preset.parameters, overrides), {
    what: "machine configuration",
    ...(where === undefined ? {} : { where }),
  });
  callCosts(parameters);
  const name = id ?? `${preset.id}-custom`;
  const source = `${where ?? "a configuration"}, over preset ${preset.id} (${preset.source})`;
  const changed = Object.keys(overrides);
  const sources = Object.fromEntries(
    Object.entries(preset.sources).filter(([key]) => !changed.includes(key)),
  );
  return machineOf({ ...preset, id: name, title: name, source, parameters, sources }, anchors);
}

function machineOf(preset: PlatformPreset, givenAnchors: readonly Anchor[]): Machine {
  const { id, title, source, parameters } = preset;
  const { peakGigaoperationsPerSecond, bandwidthGigabytesPerSecond } = parameters;
  const energy = parameters.power === "implied" ? [preset.powerAnchor] : [];
  return {
    id,
    title,
    source,
    citation:
      "The platform is one that SpAtten (HPCA 2021) measured, as a cost model calibrated on its times of GPT-2-Medium.",
    fidelities: ["analytical"],
    parameters,
    roofs: {
      gigaoperationsPerSecond: peakGigaoperationsPerSecond,
      gigabytesPerSecond: bandwidthGigabytesPerSecond,
    },
    anchors: () => ({
      seconds: preset.timeAnchors,
      weights: preset.weightAnchors,
      energy: [...preset.timeAnchors, ...energy],
      area: [],
    }),
    simulate: (workload, options) => simulatePlatform(preset, workload, options),
    readsStreams: true,
    configure: (value, where) => platformFromConfig(value, where, givenAnchors),
  };
}

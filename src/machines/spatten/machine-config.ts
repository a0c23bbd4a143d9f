import { SpattenError } from "../../base/errors.ts";
import { hintForName } from "../../base/nearest.ts";
import { lookUp } from "../../base/registry.ts";
import { describeValue, parseWith } from "../../base/schema.ts";
import { addressMaps } from "../../hardware/dram/address-maps.ts";
import { dramDevices } from "../../hardware/dram/devices/registry.ts";
import { mergeConfig, requireConfigObject } from "../merge-config.ts";
import { IDEAL_DEVICE, type SpattenParameters, spattenParametersSchema } from "./parameters.ts";
import { spattenPresets } from "./presets.ts";

/** A machine's configuration after its preset has been merged in and everything was checked. */
export interface ResolvedMachineConfig {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly parameters: SpattenParameters;
}

/**
 * Resolves a user's configuration: `{ extends: "spatten", dram: { channelCount: 8 } }` is the preset with that key
 * changed; without `extends` it is `spatten`. `id` names the result, otherwise it is the preset's name + "-custom".
 * @throws SpattenError `config` for an unknown preset or key, or a value out of range.
 */
export function resolveMachineConfig(value: unknown, where?: string): ResolvedMachineConfig {
  const at = where === undefined ? {} : { where };
  const { extends: presetName = "spatten", id, ...overrides } = requireConfigObject(value, where);
  const preset = lookUp(spattenPresets, configText(presetName, "extends", where), "machine preset");
  const parameters = parseWith(spattenParametersSchema, mergeConfig(preset.parameters, overrides), {
    what: "machine configuration",
    ...at,
  });
  checkDramNames(parameters, where);
  const name = id === undefined ? `${preset.id}-custom` : configText(id, "id", where);
  const origin = where === undefined ? "a configuration" : where;
  return {
    id: name,
    title: name,
    source: `${origin}, over preset ${preset.id} (${preset.source})`,
    parameters,
  };
}

/** Names of tables are checked at any fidelity. @throws SpattenError `config`. */
export function checkDramNames({ dram }: Pick<SpattenParameters, "dram">, where: string | undefined): void {
  const { deviceName, addressMapName } = dram;
  const rows: readonly (readonly [string, string | undefined, readonly string[]])[] = [
    ["deviceName", deviceName, [...dramDevices.map(({ id }) => id), IDEAL_DEVICE]],
    ["addressMapName", addressMapName, addressMaps.map(({ id }) => id)],
  ];
  for (const [key, name, known] of rows) {
    if (name === undefined || known.includes(name)) continue;
    throw new SpattenError("config", "invalid machine configuration", {
      where: [...(where === undefined ? [] : [where, "at"]), `dram.${key}`].join(" "),
      got: describeValue(name),
      expected: `one of ${known.join(", ")}`,
      hint: hintForName(name, known),
    });
  }
}

/** A name in a configuration. @throws SpattenError `config`. */
export function configText(value: unknown, key: string, where: string | undefined): string {
  if (typeof value === "string" && value !== "") return value;
  throw new SpattenError("config", "invalid machine configuration", {
    where: where === undefined ? key : `${where} at ${key}`,
    got: describeValue(value),
    expected: "a name",
  });
}

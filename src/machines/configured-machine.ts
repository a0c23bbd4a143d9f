import { SpattenError } from "../base/errors.ts";
import { lookUp, type Registry } from "../base/registry.ts";
import { describeValue } from "../base/schema.ts";
import type { Machine } from "./machine.ts";
import { requireConfigObject } from "./merge-config.ts";

/** Preset that a configuration without `extends` changes. */
const DEFAULT_PRESET = "spatten";

/**
 * A machine from a user's configuration, for example `{ extends: "spatten-eighth", softmaxParallelism: 2 }`: whichever
 * machine of the registry it extends makes it. `where` names the file in errors.
 * @throws SpattenError `config` for an unknown preset or key, a value out of range, or a machine without parameters.
 */
export function configuredMachine(registry: Registry<Machine>, value: unknown, where?: string): Machine {
  const at = where === undefined ? {} : { where };
  const { extends: presetName = DEFAULT_PRESET } = requireConfigObject(value, where);
  if (typeof presetName !== "string") {
    throw new SpattenError("config", "invalid machine configuration", {
      where: where === undefined ? "extends" : `${where} at extends`,
      got: describeValue(presetName),
      expected: "a name",
    });
  }
  const preset = lookUp(registry, presetName, "machine preset");
  if (preset.configure !== undefined) return preset.configure(value, where);
  throw new SpattenError("config", `machine "${preset.id}" takes no configuration`, at);
}

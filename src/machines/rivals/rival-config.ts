import { SpattenError } from "../../base/errors.ts";
import { lookUp, type Registry } from "../../base/registry.ts";
import { parseWith, type SchemaOf } from "../../base/schema.ts";
import { type JsonObject, mergeConfig, requireConfigObject } from "../merge-config.ts";
import { checkDramNames, configText } from "../spatten/machine-config.ts";
import type { RivalParameters } from "./parameters.ts";

/** Parameters under a name, with the source of every group of them. */
export interface RivalPreset<Parameters> {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly parameters: Parameters;
  /** Where each figure comes from; `unconfirmed` where it was remembered and not read again. */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * A user's configuration over the preset that it extends; `id` names the result. `where` names the file in errors.
 * @throws SpattenError `config` for an unknown preset or key, a value out of range, or switches that exclude each other.
 */
export function resolveRivalConfig<Parameters extends RivalParameters & JsonObject>(
  presets: Registry<RivalPreset<Parameters>>,
  schema: SchemaOf<Parameters>,
  check: (parameters: Parameters) => void,
  value: unknown,
  where?: string,
): RivalPreset<Parameters> {
  const { extends: presetName = presets[0]!.id, id, ...overrides } = requireConfigObject(value, where);
  const preset = lookUp(presets, configText(presetName, "extends", where), "machine preset");
  const parameters = parseWith(schema, mergeConfig(preset.parameters, overrides), {
    what: "machine configuration",
    ...(where === undefined ? {} : { where }),
  });
  checkDramNames(parameters, where);
  check(parameters);
  const name = id === undefined ? `${preset.id}-custom` : configText(id, "id", where);
  const source = `${where ?? "a configuration"}, over preset ${preset.id} (${preset.source})`;
  return { id: name, title: name, source, parameters, sources: preset.sources };
}

/** Two switches that exclude each other. */
export function impossible(field: string, got: string, expected: string, hint: string): SpattenError {
  return new SpattenError("config", "these switches exclude each other", {
    where: field,
    got,
    expected,
    hint,
  });
}

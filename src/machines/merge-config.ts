import { SpattenError } from "../base/errors.ts";
import { describeValue } from "../base/schema.ts";

/** A plain JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The configuration as an object. @throws SpattenError `config`; `where` names its file. */
export function requireConfigObject(value: unknown, where?: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new SpattenError("config", "a machine configuration is an object", {
    ...(where === undefined ? {} : { where }),
    got: describeValue(value),
    hint: 'for example { "extends": "spatten", "multiplierCountPerModule": 256 }',
  });
}

/** The base with the overrides put in: objects are merged key by key, anything else is replaced. */
export function mergeConfig(base: JsonObject, overrides: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(overrides)) {
    const below = merged.get(key);
    merged.set(key, isJsonObject(below) && isJsonObject(value) ? mergeConfig(below, value) : value);
  }
  return Object.fromEntries(merged);
}

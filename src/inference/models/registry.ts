import { SpattenError } from "../../base/errors.ts";
import { hintForName } from "../../base/nearest.ts";
import type { Registry } from "../../base/registry.ts";
import { describeValue } from "../../base/schema.ts";
import type { Architecture } from "./architecture.ts";
import { bertArchitecture } from "./bert.ts";
import { distilBertArchitecture } from "./distilbert.ts";
import { keywordTransformerArchitecture } from "./keyword-transformer.ts";
import { robertaArchitecture } from "./roberta.ts";
import { vitArchitecture } from "./vit.ts";

/** Architectures that the engines run. */
export const architectures: Registry<Architecture> = [
  bertArchitecture,
  distilBertArchitecture,
  robertaArchitecture,
  vitArchitecture,
  keywordTransformerArchitecture,
];

/** The architecture that a config.json names. @throws SpattenError `missing-engine` with the known ones, `checkpoint`. */
export function architectureOf(config: unknown, where: string): Architecture {
  const type = (config as { model_type?: unknown } | null)?.model_type;
  const found = architectures.find(
    ({ id, recognizes }) => id === type || (type === undefined && recognizes?.(config) === true),
  );
  if (found !== undefined) return found;
  const known = architectures.map(({ id }) => id);
  if (typeof type !== "string") {
    throw new SpattenError("checkpoint", "the configuration names no model_type", {
      where,
      got: describeValue(type),
      expected: `one of ${known.join(", ")}`,
    });
  }
  // A model of another type is not broken: there is only nothing here yet that runs it.
  throw new SpattenError("missing-engine", "no engine runs this type of model yet", {
    where,
    got: describeValue(type),
    expected: `one of ${known.map((id) => JSON.stringify(id)).join(", ")}`,
    hint: hintForName(type, known),
  });
}

import { SpattenError } from "../../base/errors.ts";
import { hintForName } from "../../base/nearest.ts";
import type { Registry } from "../../base/registry.ts";
import { describeValue } from "../../base/schema.ts";
import type { Architecture } from "./architecture.ts";
import { bertArchitecture } from "./bert.ts";
import type { DecoderArchitecture } from "./decoder-architecture.ts";
import { distilBertArchitecture } from "./distilbert.ts";
import { gpt2Architecture } from "./gpt2.ts";
import { keywordTransformerArchitecture } from "./keyword-transformer.ts";
import { llamaArchitecture } from "./llama.ts";
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

/** Decoders that the engines run. */
export const decoderArchitectures: Registry<DecoderArchitecture> = [gpt2Architecture, llamaArchitecture];

/** The encoder that a config.json names. @throws SpattenError `missing-engine` with the known ones, `checkpoint`. */
export function architectureOf(config: unknown, where: string): Architecture {
  const type = typeOf(config);
  const found = architectures.find(
    ({ id, recognizes }) => id === type || (type === undefined && recognizes?.(config) === true),
  );
  return found ?? refuse(type, where, architectures, decoderArchitectures);
}

/** The decoder that a config.json names. @throws SpattenError `missing-engine` with the known ones, `checkpoint`. */
export function decoderArchitectureOf(config: unknown, where: string): DecoderArchitecture {
  const type = typeOf(config);
  const found = decoderArchitectures.find(({ id }) => id === type);
  return found ?? refuse(type, where, decoderArchitectures, architectures);
}

/** Whether a config.json is a decoder's. */
export function isDecoder(config: unknown): boolean {
  return decoderArchitectures.some(({ id }) => id === typeOf(config));
}

function typeOf(config: unknown): unknown {
  return (config as { model_type?: unknown } | null)?.model_type;
}

type Rows = Registry<{ readonly id: string }>;

function refuse(type: unknown, where: string, rows: Rows, others: Rows): never {
  const known = rows.map(({ id }) => id);
  if (others.some(({ id }) => id === type)) {
    const isOfDecoder = others === decoderArchitectures;
    throw new SpattenError("missing-engine", `this model is ${isOfDecoder ? "a decoder" : "an encoder"}`, {
      where,
      got: describeValue(type),
      expected: `one of ${known.join(", ")}`,
      hint: isOfDecoder
        ? "a decoder generates: loadDecoder(), or spatten run --generate 32"
        : "an encoder answers at once: load(), or spatten run without --generate",
    });
  }
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

import { SpattenError } from "../../../base/errors.ts";
import type { NamedTensor } from "../stored-tensor.ts";
import type { Metadata } from "./metadata.ts";
import type { GgufTensor } from "./tensor-infos.ts";

/** How a file of one architecture becomes what a Hugging Face folder of it holds. */
export interface GgufArchitecture {
  /** `general.architecture`, with which its own keys begin. */
  readonly id: string;
  /** What config.json would say. @throws SpattenError `checkpoint`, `missing-engine`. */
  configOf(metadata: Metadata, tensors: ReadonlyMap<string, GgufTensor>): Record<string, unknown>;
  /** The name, shape and arrangement of Hugging Face; a name that is not known is left, for the model to refuse. */
  tensorOf(tensor: GgufTensor, metadata: Metadata): NamedTensor;
}

/** The Hugging Face name of a tensor, by rows of names without and with a layer's number. */
export function hubName(
  name: string,
  outside: Readonly<Record<string, string>>,
  inLayer: Readonly<Record<string, string>>,
  layerPrefix: string,
): string {
  const [, layer, part = "", end] = /^(?:blk\.(0|[1-9]\d{0,5})\.)?([a-z_]+)\.(weight|bias)$/.exec(name) ?? [];
  const rows = layer === undefined ? outside : inLayer;
  if (!Object.hasOwn(rows, part)) return name;
  const place = layer === undefined ? "" : `${layerPrefix}.${layer}.`;
  return `${place}${rows[part]!}.${end!}`;
}

/** Ids that both configurations carry. */
export function tokenIds(metadata: Metadata): Record<string, unknown> {
  return {
    bos_token_id: metadata.optional("count", "tokenizer.ggml.bos_token_id"),
    eos_token_id: metadata.optional("count", "tokenizer.ggml.eos_token_id"),
    pad_token_id: metadata.optional("count", "tokenizer.ggml.padding_token_id"),
  };
}

/** Rows of the embedding of tokens: the vocabulary, with padding. @throws SpattenError `checkpoint` without one. */
export function vocabularySizeOf(metadata: Metadata, tensors: ReadonlyMap<string, GgufTensor>): number {
  const rows = tensors.get("token_embd.weight")?.shape[0];
  if (rows !== undefined) return rows;
  throw new SpattenError("checkpoint", "tensor token_embd.weight is missing", { where: metadata.where });
}

/** Refuses what would change the answer and is not computed. @throws SpattenError `missing-engine`. */
export function refuse(metadata: Metadata, key: string, what: string): never {
  throw new SpattenError("missing-engine", `${what} is not computed yet`, {
    where: `${metadata.where} at ${key}`,
  });
}

/** The shortest decimal number that rounds to a single-precision one: 1e-5 rather than 9.999999747378752e-6. */
export function shortestDecimal(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}

import { SpattenError } from "../base/errors.ts";
import type { FolderReader } from "../base/folder-reader.ts";
import { type HuggingFaceFiles, lastPart } from "./checkpoints/hugging-face-folder.ts";
import { openCheckpoint } from "./checkpoints/open-checkpoint.ts";
import { takeTensors } from "./checkpoints/tensor-set.ts";
import type { DecoderKernels } from "./engines/decoder-kernels.ts";
import type { Engine } from "./engines/engine.ts";
import { requirePlausible, tensorShapesOf } from "./models/architecture.ts";
import type { DecoderLayout } from "./models/decoder-architecture.ts";
import type { DecoderModel } from "./models/decoder-model.ts";
import { decoderArchitectureOf } from "./models/registry.ts";
import { createTokenizer, type TextEncoderOfModel } from "./tokenizer.ts";

/** A loaded decoder of tokens. */
export interface LoadedDecoder {
  readonly name: string;
  readonly task: "generation";
  readonly layout: DecoderLayout;
  readonly model: DecoderModel;
  readonly tokenizer: TextEncoderOfModel;
  /** Token that begins a text; undefined where the configuration names none. */
  readonly beginId: number | undefined;
  /** Token that ends a text; undefined where the configuration names none. */
  readonly endIds: readonly number[];
  /** Template of a chat, as the checkpoint carries it. */
  readonly chatTemplate: string | undefined;
}

/** Loads a decoder from a model folder or file. @throws SpattenError `missing-model`, `missing-engine`, `checkpoint`. */
export async function loadDecoder(folder: FolderReader): Promise<LoadedDecoder> {
  const where = folder.name;
  return decoderOf(await openCheckpoint(folder, where), where);
}

/** The decoder in an opened checkpoint; `where` names it. @throws SpattenError as `loadDecoder` does. */
export async function decoderOf(files: HuggingFaceFiles, where: string): Promise<LoadedDecoder> {
  const names = new Set(files.tensors.names);
  const architecture = decoderArchitectureOf(files.config, where);
  const layout = architecture.layoutOf(files.config, names, `${where}/config.json`);
  requirePlausible(layout, names, `${where}/config.json`);
  const tensors = await takeTensors(files.tensors, tensorShapesOf(layout), {
    ignorePrefixes: layout.ignoredPrefixes,
  });
  const model = layout.build((name) => {
    const tensor = tensors.get(name)!;
    // Some are stored otherwise than they are used: the copy takes the place of the original.
    tensors.delete(name);
    return tensor;
  });
  return {
    name: lastPart(where),
    task: "generation",
    layout,
    model,
    tokenizer: createTokenizer(files.tokenizer, files.tokenizerConfig, where),
    beginId: idsIn(files.config, "bos_token_id")[0],
    endIds: idsIn(files.config, "eos_token_id"),
    chatTemplate: chatTemplateOf(files.tokenizerConfig),
  };
}

/** The decoder's kernels on an engine. @throws SpattenError `missing-engine` for one that runs encoders alone. */
export async function openKernels(engine: Engine, model: DecoderModel): Promise<DecoderKernels> {
  if (engine.openDecoder !== undefined) return engine.openDecoder(model);
  throw new SpattenError("missing-engine", `engine "${engine.id}" runs no decoders`, {
    hint: "the reference engine does",
  });
}

function idsIn(config: unknown, key: "bos_token_id" | "eos_token_id"): number[] {
  const ids = (config as Readonly<Record<string, unknown>> | null)?.[key];
  return [ids].flat().filter((id): id is number => typeof id === "number" && Number.isInteger(id));
}

function chatTemplateOf(tokenizerConfig: unknown): string | undefined {
  const template = (tokenizerConfig as { chat_template?: unknown } | null | undefined)?.chat_template;
  return typeof template === "string" ? template : undefined;
}

import type { FolderReader } from "../base/folder-reader.ts";
import { openCheckpoint } from "./checkpoints/open-checkpoint.ts";
import { decoderOf, type LoadedDecoder } from "./decoder.ts";
import { encoderOf, type LoadedEncoder } from "./encoder.ts";
import { architectureOf, isDecoder } from "./models/registry.ts";

/** A loaded model, told apart by its task: a decoder's is `generation`. */
export type LoadedModel = LoadedEncoder | LoadedDecoder;

/** Loads whichever lies there. @throws SpattenError `missing-model`, `missing-engine`, `checkpoint`. */
export async function loadModel(folder: FolderReader): Promise<LoadedModel> {
  const where = folder.name;
  const readsTokens = (config: unknown) =>
    isDecoder(config) || architectureOf(config, where).takes === "tokens";
  const files = await openCheckpoint(folder, where, readsTokens);
  return isDecoder(files.config) ? decoderOf(files, where) : encoderOf(files, where);
}

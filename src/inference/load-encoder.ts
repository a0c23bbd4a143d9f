import type { FolderReader } from "../base/folder-reader.ts";
import { type HuggingFaceFiles, loadHuggingFaceFolder } from "./checkpoints/hugging-face-folder.ts";
import { takeTensors } from "./checkpoints/tensor-set.ts";
import { type ModelLayout, tensorShapesOf } from "./models/architecture.ts";
import type { EncoderModel } from "./models/encoder-model.ts";
import { architectureOf } from "./models/registry.ts";

/** A model of any architecture with the files that it came in. */
export interface LoadedEncoder {
  readonly files: HuggingFaceFiles;
  readonly layout: ModelLayout;
  readonly model: EncoderModel;
}

/**
 * Loads an encoder from a Hugging Face folder; `check` may refuse a layout before the weights are read.
 * @throws SpattenError `missing-model`, `checkpoint`.
 */
export async function loadEncoder(
  folder: FolderReader,
  check?: (layout: ModelLayout) => void,
): Promise<LoadedEncoder> {
  const files = await loadHuggingFaceFolder(folder, folder.name);
  const architecture = architectureOf(files.config, folder.name);
  const names = new Set(files.tensors.names);
  const layout = architecture.layoutOf(files.config, names, `${folder.name}/config.json`);
  check?.(layout);
  const tensors = takeTensors(files.tensors, tensorShapesOf(layout), {
    ignorePrefixes: layout.ignoredPrefixes,
  });
  return { files, layout, model: layout.build((tensor) => tensors.get(tensor)!) };
}

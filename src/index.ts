import type { FolderReader } from "./base/folder-reader.ts";
import { onnxEngines } from "./onnx-engines.ts";
import { openDatasetFiles } from "./platform/node/dataset-files.ts";
import { openFolder } from "./platform/node/folder.ts";
import { bundledModelFolder, bundledModels } from "./platform/node/installation.ts";
import { assembleSpatten, type Extensions, type Spatten } from "./spatten.ts";

export * from "./entry-exports.ts";

/** The package in Node: models are the bundled ones by name, or folders by path. */
export function createSpatten(extensions: Extensions = {}): Spatten {
  return assembleSpatten(openModelFolder, openDatasetFiles, extensions, onnxEngines());
}

async function openModelFolder(model: string): Promise<FolderReader> {
  const isBundled = (await bundledModels()).includes(model);
  return openFolder(isBundled ? bundledModelFolder(model) : model);
}

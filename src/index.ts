import { onnxEngines } from "./onnx-engines.ts";
import { openDatasetFiles } from "./platform/node/dataset-files.ts";
import { openModel } from "./platform/node/open-model.ts";
import { openResultsFolder } from "./platform/node/results-folder.ts";
import { assembleSpatten, type Extensions, type Spatten } from "./spatten.ts";

export * from "./entry-exports.ts";

/** The package in Node: models are the bundled ones by name, folders by path, or models of the hub by id. */
export function createSpatten(extensions: Extensions = {}): Spatten {
  return assembleSpatten(openModel, openDatasetFiles, extensions, onnxEngines(), openResultsFolder);
}

import { openFolderAt } from "./platform/browser/folder.ts";
import { assembleSpatten, type Extensions, type Spatten } from "./spatten.ts";

export * from "./entry-exports.ts";

/** The package in a browser: a model is the address of its folder, or a reader over dropped files. */
export function createSpatten(extensions: Extensions = {}): Spatten {
  return assembleSpatten(
    async (model) => openFolderAt(model),
    async (data) => openFolderAt(data),
    extensions,
  );
}

import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import type { LongCallOptions } from "../../base/checkpoint.ts";
import type { FolderReader } from "../../base/folder-reader.ts";
import { openFolder, openModelFile } from "./folder.ts";
import { openHubFolder } from "./hub/hub-folder.ts";
import { parseModelId } from "./hub/model-id.ts";
import { type HubSettings, hubSettings } from "./hub/settings.ts";
import { bundledModelFolder, bundledModels } from "./installation.ts";

/**
 * The folder of a model: a bundled one by name, else a folder or a file by path, else a model of the hub by its id, as
 * `owner/name` or `owner/name@revision`. @throws SpattenError `missing-model`, `network`, `output`, `aborted`.
 */
export async function openModel(
  model: string,
  options: LongCallOptions = {},
  settings: HubSettings = hubSettings(process.env, homedir()),
): Promise<FolderReader> {
  if ((await bundledModels()).includes(model)) return openFolder(bundledModelFolder(model));
  const id = parseModelId(model);
  // A path that is there wins, whatever it is, so that no download hides a typing error in a folder.
  const found = await stat(model).catch(() => undefined);
  if (found?.isFile() === true) return openModelFile(model);
  return id === undefined || found !== undefined ? openFolder(model) : openHubFolder(id, settings, options);
}

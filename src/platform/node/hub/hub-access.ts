import { readFile } from "node:fs/promises";
import type { LongCallOptions } from "../../../base/checkpoint.ts";
import { SpattenError } from "../../../base/errors.ts";
import type { HubModelId } from "./model-id.ts";
import type { HubAccess } from "./remote-file.ts";
import type { HubSettings } from "./settings.ts";

/** How a file of the model is asked for at a revision. */
export type AccessTo = (fileName: string, revision: string) => HubAccess;

/** Addresses of a model's files, with the token that the settings name. @throws SpattenError `config`. */
export async function accessOf(
  { repository }: HubModelId,
  { endpoint, patience, ...settings }: HubSettings,
  { signal }: LongCallOptions,
): Promise<AccessTo> {
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : "")) {
    throw new SpattenError("config", "the address of the hub is not one", {
      where: "HF_ENDPOINT",
      got: JSON.stringify(endpoint),
      expected: "https://host",
    });
  }
  const stored = settings.token ?? (await readFile(settings.tokenFile, "utf8").catch(() => "")).trim();
  const token = stored === "" ? undefined : stored;
  return (fileName, revision) => ({
    address: `${endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${encodeURIComponent(fileName)}`,
    token,
    patience,
    signal,
  });
}

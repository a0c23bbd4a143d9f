import { join } from "node:path";
import type { TextFolder } from "../../base/text-folder.ts";
import { packageFolder } from "./installation.ts";
import { openTextFolder } from "./text-folder.ts";

/** The stored results that come with the package, one file each; undefined where they are not there. */
export function openResultsFolder(): TextFolder | undefined {
  return openTextFolder(join(packageFolder, "results", "measured"), "results/measured");
}

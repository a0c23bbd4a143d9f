import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TextFolder } from "../../src/base/text-folder.ts";
import { openTextFolder } from "../../src/platform/node/text-folder.ts";

/** The checkout. */
export const repository = join(import.meta.dirname, "..", "..");

/** Weights, texts and golden figures that lie beside the checkout; absent on a user's machine. */
export const sharedFolder = join(repository, "..", "shared");

/** True where the shared data are there; says loudly that checks are skipped where they are not. */
export const hasShared = existsSync(join(sharedFolder, "data", "README.md"));
if (!hasShared) {
  console.warn(
    `SKIPPED: ${sharedFolder} is not there, so checks against original weights and texts do not run`,
  );
}

/** A file of the shared data. */
export function sharedData(...parts: string[]): string {
  return join(sharedFolder, "data", ...parts);
}

/** The golden figures, and the official release's workloads; only where `hasShared`. */
export function goldenFolder(): TextFolder {
  return openTextFolder(join(sharedFolder, "golden"), "golden")!;
}

export function workloadsFolder(): TextFolder {
  return openTextFolder(sharedData("workloads"), "workloads")!;
}

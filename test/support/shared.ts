import { existsSync } from "node:fs";
import { join } from "node:path";

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

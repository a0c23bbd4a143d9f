import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A Chromium of this machine: `CHROMIUM_PATH`, else one on the path; undefined where there is none. */
export const chromiumPath = findChromium(process.env);
if (chromiumPath === undefined) {
  console.warn(
    `SKIPPED: none of ${NAMES.join(", ")} is on the path and CHROMIUM_PATH is not set, so checks in a browser do not run`,
  );
}

export function findChromium(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  // A path that was given is taken at its word: a wrong one must fail, not skip.
  if (environment.CHROMIUM_PATH) return environment.CHROMIUM_PATH;
  const folders = (environment.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** Starts it without a window. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: ARGUMENTS });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Folder of the installed package, or of the checkout: the one above `dist/` and `src/`. */
export const packageFolder = join(import.meta.dirname, "..", "..", "..");

const modelsFolder = join(packageFolder, "models");

/** Version of this package. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(join(packageFolder, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Names of the models that come with the package. */
export async function bundledModels(): Promise<string[]> {
  const entries = await readdir(modelsFolder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Folder of a bundled model. */
export function bundledModelFolder(name: string): string {
  return join(modelsFolder, name);
}

/** Version, commit and runtime, for the provenance of a result. */
export async function provenanceOfInstallation(): Promise<{
  version: string;
  commit: string | null;
  runtime: string;
}> {
  return {
    version: await packageVersion(),
    commit: await commitOfCheckout(),
    runtime: `node ${process.versions.node}`,
  };
}

/** Commit that the checkout is at, or null in an installed package, which has no history beside it. */
async function commitOfCheckout(): Promise<string | null> {
  const read = (name: string) => readFile(join(packageFolder, ".git", name), "utf8").catch(() => "");
  const head = (await read("HEAD")).trim();
  if (!head.startsWith("ref: ")) return /^[0-9a-f]{40}$/.test(head) ? head : null;
  const reference = head.slice("ref: ".length);
  const loose = (await read(reference)).trim();
  const packed = (await read("packed-refs")).split("\n").find((line) => line.endsWith(` ${reference}`));
  const commit = loose === "" ? (packed?.split(" ")[0] ?? "") : loose;
  return /^[0-9a-f]{40}$/.test(commit) ? commit : null;
}

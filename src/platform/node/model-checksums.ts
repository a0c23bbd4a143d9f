import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** File beside a bundled model that lists each other file's SHA-256, in the form of `sha256sum`. */
const CHECKSUM_FILE = "SHA256SUMS";

/** Names of a bundled model's files that are missing or not as released. */
export async function checkModelFiles(folder: string): Promise<string[]> {
  const list = await readFile(join(folder, CHECKSUM_FILE), "utf8").catch(() => undefined);
  if (list === undefined) return [CHECKSUM_FILE];
  const rows = list.split("\n").flatMap((line) => {
    const [, digest, name] = /^([0-9a-f]{64}) {2}([\w.-]+)$/.exec(line) ?? [];
    return digest === undefined || name === undefined ? [] : [{ digest, name }];
  });
  const broken = await Promise.all(
    rows.map(async ({ digest, name }) => {
      const bytes = await readFile(join(folder, name)).catch(() => new Uint8Array());
      return createHash("sha256").update(bytes).digest("hex") === digest ? [] : [name];
    }),
  );
  return broken.flat();
}

import { SpattenError } from "../base/errors.ts";
import { readTextFile } from "../platform/node/read-input.ts";

const LARGEST_CONFIG_BYTES = 1 << 20;
// The library's own guard against alias bombs; no plan needs more references than this.
const MOST_ALIASES = 50;

/** An option that takes NAME or FILE: a value with a slash or an extension is a file. */
export function isFileName(value: string): boolean {
  return /[/\\]/.test(value) || /\.[A-Za-z0-9]+$/.test(value);
}

/** The value that a YAML or JSON file holds. @throws SpattenError `input` or `config`, with the line. */
export async function readConfigFile(file: string): Promise<unknown> {
  const text = await readTextFile(file, LARGEST_CONFIG_BYTES);
  const { parse: parseYaml } = await import("yaml");
  try {
    return parseYaml(text, {
      maxAliasCount: MOST_ALIASES,
      prettyErrors: true,
      logLevel: "silent",
    }) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    throw new SpattenError("config", `not valid YAML or JSON: ${reason}`, { where: file }, error);
  }
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundledModelFolder } from "../../src/platform/node/installation.ts";
import type { ServedFile } from "./serve.ts";

/** A script of this folder with the built package in it, as a bundler for browsers makes it. */
export async function bundleScript(name: string): Promise<ServedFile> {
  const result = await build({
    entryPoints: [join(import.meta.dirname, name)],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "silent",
  });
  return { type: "text/javascript", content: result.outputFiles[0]!.text };
}

/** A page that loads one script, and asks for nothing else of its own accord. */
export function pageWithScript(address: string): ServedFile {
  const content = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>test</title>
<body><script type="module" src="${address}"></script></body></html>`;
  return { type: "text/html", content };
}

/** The files of a bundled model under an address. */
export function modelFiles(name: string, address: string): [string, ServedFile][] {
  return ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"].map((file) => {
    const type = file.endsWith(".json") ? "application/json" : "application/octet-stream";
    return [`${address}/${file}`, { type, content: readFileSync(join(bundledModelFolder(name), file)) }];
  });
}

import { SpattenError } from "../../base/errors.ts";
import type { FolderReader } from "../../base/folder-reader.ts";
import { loadGgufFile } from "./gguf/gguf-file.ts";
import { type HuggingFaceFiles, loadHuggingFaceFolder } from "./hugging-face-folder.ts";
import { isLlama2cFile, loadLlama2cFile } from "./llama2c/llama2c-file.ts";

/** More files than a model folder has; the rest is not looked at. */
const MAXIMUM_LISTED = 1000;

/**
 * A model in whatever form it lies there, as what a Hugging Face folder would hold: the file that was named, else
 * config.json and what belongs to it, else the only GGUF file of the folder, else its only model of llama2.c.
 * @throws SpattenError `missing-model` for nothing, or more than one, `checkpoint`, `missing-engine`.
 */
export async function openCheckpoint(
  files: FolderReader,
  where: string,
  needsTokenizer?: (config: unknown) => boolean,
): Promise<HuggingFaceFiles> {
  if (files.namedFile !== undefined) {
    if (files.namedFile.endsWith(".gguf")) return loadGgufFile(files, files.namedFile, where);
    if (files.namedFile.endsWith(".bin")) return loadLlama2cFile(files, files.namedFile, where);
    throw new SpattenError("missing-model", "a model in one file of this kind is not read", {
      where,
      expected: "a name that ends in .gguf or .bin, or a folder",
    });
  }
  if (!(await files.exists("config.json")) && files.list !== undefined) {
    const names = (await files.list()).slice(0, MAXIMUM_LISTED).sort();
    const gguf = onlyOne(
      names.filter((name) => name.endsWith(".gguf")),
      "GGUF files",
      where,
    );
    if (gguf !== undefined) return loadGgufFile(files, gguf, `${where}/${gguf}`);
    const models: string[] = [];
    for (const name of names) {
      if (name.endsWith(".bin") && (await isLlama2cFile(files, name))) models.push(name);
    }
    const model = onlyOne(models, "models of llama2.c", where);
    if (model !== undefined) return loadLlama2cFile(files, model, `${where}/${model}`);
  }
  return loadHuggingFaceFolder(files, where, needsTokenizer);
}

function onlyOne(names: readonly string[], what: string, where: string): string | undefined {
  if (names.length <= 1) return names[0];
  throw new SpattenError("missing-model", `the folder holds several ${what}`, {
    where,
    got: names.slice(0, 20).join(", "),
    hint: "name the file",
  });
}

import { SpattenError } from "../../base/errors.ts";
import type { FolderReader } from "../../base/folder-reader.ts";
import { parseJsonText } from "../../base/json-text.ts";
import { describeValue } from "../../base/schema.ts";
import { parseShardIndex, type ShardIndex } from "./shard-index.ts";
import { type TensorSource, tensorSource } from "./tensor-source.ts";
import type { TokenizerFiles } from "./tokenizer-files.ts";
import { openWeightFile, type WeightFile } from "./weight-file.ts";

/** What a Hugging Face folder holds; the JSON files as they are, for the model and the tokenizer to check. */
export interface HuggingFaceFiles {
  readonly config: unknown;
  readonly tensors: TensorSource;
  /** Undefined where the folder has no tokenizer.json, as for a model of patches. */
  readonly tokenizer: unknown;
  /** Undefined where the folder has no tokenizer_config.json. */
  readonly tokenizerConfig: unknown;
}

const ONE_FILE = "model.safetensors";
const INDEX_FILE = "model.safetensors.index.json";

/** Characters; a configuration has a few thousand, the largest released tokenizer some 35 million. */
const MAXIMUM_CONFIG_LENGTH = 4_000_000;
const MAXIMUM_TOKENIZER_LENGTH = 200_000_000;

/**
 * Loads a model folder in the layout of the Hugging Face hub: config.json, tokenizer.json unless `needsTokenizer` says
 * no of the configuration, and model.safetensors, the shards that model.safetensors.index.json lists, or a file named
 * like the folder. Nothing outside the folder is asked for.
 * @throws SpattenError `missing-model` for a file that is not there, `checkpoint` for one that is broken.
 */
export async function loadHuggingFaceFolder(
  files: FolderReader,
  where: string,
  needsTokenizer: (config: unknown) => boolean = () => true,
): Promise<HuggingFaceFiles> {
  const config = await readJson(files, where, "config.json", MAXIMUM_CONFIG_LENGTH);
  const tokenizer = await readTokenizerJson(files, where, needsTokenizer(config));
  return { config, ...tokenizer, tensors: await readTensors(files, where) };
}

/** The tokenizer of a folder; undefined where there is none and none is needed. @throws SpattenError as the folder does. */
export async function readTokenizerJson(
  files: FolderReader,
  where: string,
  isNeeded = true,
): Promise<TokenizerFiles> {
  const tokenizer =
    isNeeded || (await files.exists("tokenizer.json"))
      ? await readJson(files, where, "tokenizer.json", MAXIMUM_TOKENIZER_LENGTH)
      : undefined;
  const tokenizerConfig = (await files.exists("tokenizer_config.json"))
    ? await readJson(files, where, "tokenizer_config.json", MAXIMUM_CONFIG_LENGTH)
    : undefined;
  return { tokenizer, tokenizerConfig };
}

async function readJson(
  files: FolderReader,
  where: string,
  fileName: string,
  maximumLength: number,
): Promise<unknown> {
  if (!(await files.exists(fileName))) throw missing(where, fileName, "is this a model folder of the hub?");
  const text = await files.readText(fileName);
  if (text.length > maximumLength) {
    throw new SpattenError("checkpoint", `${fileName} is too long`, {
      where,
      got: `${text.length} characters`,
      expected: `at most ${maximumLength}`,
    });
  }
  return parseJsonText(text, { what: fileName, where: `${where}/${fileName}`, code: "checkpoint" });
}

async function readTensors(files: FolderReader, where: string): Promise<TensorSource> {
  if (await files.exists(ONE_FILE))
    return tensorSource(where, [await openWeightFile(files, where, ONE_FILE)]);
  if (!(await files.exists(INDEX_FILE))) {
    const ownName = `${lastPart(files.name)}.safetensors`;
    if (await files.exists(ownName))
      return tensorSource(where, [await openWeightFile(files, where, ownName)]);
    const hint = (await files.exists("pytorch_model.bin"))
      ? "convert pytorch_model.bin with the safetensors package of Python; pickles are not read"
      : "is the download complete?";
    throw missing(where, ONE_FILE, hint);
  }
  const value = await readJson(files, where, INDEX_FILE, MAXIMUM_TOKENIZER_LENGTH);
  const index = parseShardIndex(value, `${where}/${INDEX_FILE}`);
  const shards: WeightFile[] = [];
  for (const fileName of index.fileNames) {
    if (!(await files.exists(fileName))) throw missing(where, fileName, `${INDEX_FILE} lists it`);
    shards.push(await openWeightFile(files, where, fileName));
  }
  const source = tensorSource(where, shards);
  checkIndex(index, shards, where);
  return source;
}

/** Name of the folder itself, of a path or an address. */
export function lastPart(folderName: string): string {
  return folderName.split(/[\\/]/).findLast((part) => part !== "") ?? folderName;
}

function checkIndex(index: ShardIndex, shards: readonly WeightFile[], where: string): void {
  const shapesIn = new Map(shards.map(({ fileName, shapes }) => [fileName, shapes]));
  for (const [name, fileName] of index.fileNameOf) {
    if (shapesIn.get(fileName)!.has(name)) continue;
    throw new SpattenError(
      "checkpoint",
      `tensor ${describeValue(name)} is not in the shard that the index names`,
      {
        where: `${where}/${INDEX_FILE}`,
        expected: `it in ${fileName}`,
        hint: "are index and shards of one download?",
      },
    );
  }
}

function missing(where: string, fileName: string, hint: string): SpattenError {
  return new SpattenError("missing-model", "the model folder lacks a file", {
    where,
    expected: fileName,
    hint,
  });
}

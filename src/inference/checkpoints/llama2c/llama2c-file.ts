import { SpattenError } from "../../../base/errors.ts";
import type { FolderReader } from "../../../base/folder-reader.ts";
import { type FilePieces, openFilePieces } from "../file-pieces.ts";
import type { HuggingFaceFiles } from "../hugging-face-folder.ts";
import { readTokenizerJson } from "../hugging-face-folder.ts";
import { readSentencePieceModel } from "../sentence-piece/model-file.ts";
import { type ScoredVocabulary, sentencePieceTokenizer } from "../sentence-piece/tokenizer.ts";
import { weightFileOf } from "../stored-tensor.ts";
import { tensorSource } from "../tensor-source.ts";
import type { TokenizerFiles } from "../tokenizer-files.ts";
import { readLlama2cTokenizer } from "./tokenizer-file.ts";
import {
  LLAMA2C_HEADER_BYTES,
  type Llama2cShape,
  llama2cBytes,
  llama2cConfig,
  llama2cTensors,
  parseLlama2cHeader,
} from "./weights.ts";

/** Whether a file is a model of llama2.c: its size is the one that its header tells. */
export async function isLlama2cFile(files: FolderReader, fileName: string): Promise<boolean> {
  const file = await openFilePieces(files, fileName);
  const shape = await readHeader(file, fileName);
  return shape !== undefined && llama2cBytes(shape) === file.byteLength;
}

async function readHeader(file: FilePieces, where: string): Promise<Llama2cShape | undefined> {
  const header = new Uint8Array(Math.min(LLAMA2C_HEADER_BYTES, file.byteLength));
  await file.readInto(0, header);
  return parseLlama2cHeader(header, where);
}

/**
 * A model of llama2.c and the tokenizer beside it as what a Hugging Face folder of the model would hold.
 * @throws SpattenError `checkpoint`, `missing-engine`, `missing-model` where no tokenizer lies beside it.
 */
export async function loadLlama2cFile(
  files: FolderReader,
  fileName: string,
  where: string,
): Promise<HuggingFaceFiles> {
  const file = await openFilePieces(files, fileName);
  const shape = await readHeader(file, where);
  if (shape === undefined) {
    throw new SpattenError("checkpoint", "the file is no model of llama2.c", {
      where,
      expected: `a header of ${LLAMA2C_HEADER_BYTES} bytes, then numbers of the size that it tells`,
    });
  }
  const tensors = llama2cTensors(shape, file, where);
  return {
    config: llama2cConfig(shape),
    tensors: tensorSource(where, [weightFileOf(file, tensors)]),
    ...(await loadTokenizer(files, shape.vocabularySize, where)),
  };
}

/** Names that tokenizers go by, with what reads each: the usual ones, and those of a vocabulary of its own size. */
async function loadTokenizer(files: FolderReader, count: number, where: string): Promise<TokenizerFiles> {
  if (await files.exists("tokenizer.json")) return readTokenizerJson(files, where);
  const readBinary = (bytes: Uint8Array, place: string) => readLlama2cTokenizer(bytes, count, place);
  const readers: readonly (readonly [string, (bytes: Uint8Array, place: string) => ScoredVocabulary])[] = [
    ["tokenizer.bin", readBinary],
    [`tok${count}.bin`, readBinary],
    ["tokenizer.model", readSentencePieceModel],
    [`tok${count}.model`, readSentencePieceModel],
  ];
  for (const [fileName, read] of readers) {
    if (!(await files.exists(fileName))) continue;
    const place = `${where}: ${fileName}`;
    const vocabulary = read(await files.readBytes(fileName), place);
    if (vocabulary.texts.length === count) return sentencePieceTokenizer(vocabulary);
    throw new SpattenError("checkpoint", "the tokenizer is of another model", {
      where: place,
      got: `${vocabulary.texts.length} pieces`,
      expected: String(count),
    });
  }
  throw new SpattenError("missing-model", "no tokenizer lies beside the model", {
    where,
    expected: `tokenizer.json, ${readers.map(([fileName]) => fileName).join(", ")}`,
  });
}

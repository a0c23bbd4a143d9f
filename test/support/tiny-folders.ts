import { SpattenError } from "../../src/base/errors.ts";
import type { FolderReader } from "../../src/base/folder-reader.ts";
import { writeSafetensors } from "../../src/base/tensor-file/safetensors-writer.ts";
import { float32Tensor } from "../../src/base/tensor-file/tensor-values.ts";
import { tensorShapesOf } from "../../src/inference/models/architecture.ts";
import { architectureOf } from "../../src/inference/models/registry.ts";
import { randomTensors } from "./tiny-bert.ts";
import { type TinyCase, tinyCases } from "./tiny-models.ts";
import { tinyBytePieces, tinyWordPieces } from "./tiny-tokenizers.ts";

/** Files of a model folder by name. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>;

/** A family of models that users know by a name, and a folder for each of its heads. */
export interface TinyFamily {
  readonly name: string;
  readonly takesTexts: boolean;
  readonly folders: readonly ModelFiles[];
}

/** Every family that is loaded, each with whole folders of tiny models. */
export const tinyFamilies: readonly TinyFamily[] = [
  familyOf("BERT", "bert", ({ task }) => task !== "embedding"),
  familyOf("sentence encoder", "bert", ({ task }) => task === "embedding"),
  familyOf("DistilBERT", "distilbert"),
  familyOf("RoBERTa", "roberta"),
  familyOf("ViT", "vit"),
  familyOf("keyword transformer", "keyword-transformer"),
];

function familyOf(name: string, id: string, isMember: (row: TinyCase) => boolean = () => true): TinyFamily {
  const cases = tinyCases.filter((row) => architectureOf(row.config, "tiny").id === id && isMember(row));
  return {
    name,
    takesTexts: architectureOf(cases[0]!.config, "tiny").takes === "tokens",
    folders: cases.map((row, index) => tinyFolder(row, index % 2 === 1)),
  };
}

/** The files of a tiny model with random weights, in one file or two shards. */
export function tinyFolder({ config, names }: TinyCase, isSharded = false): ModelFiles {
  const architecture = architectureOf(config, "tiny");
  const layout = architecture.layoutOf(config, new Set(names), "tiny");
  const tensors = randomTensors(layout, 1);
  const shapes = tensorShapesOf(layout);
  const rows = [...tensors].map(([name, values]) => float32Tensor(name, shapes.get(name)!, values));
  const files = new Map([["config.json", jsonBytes(config)]]);
  if (architecture.takes === "tokens") {
    files.set("tokenizer.json", jsonBytes(architecture.id === "roberta" ? tinyBytePieces : tinyWordPieces));
    const mask = architecture.id === "roberta" ? "<mask>" : "[MASK]";
    files.set("tokenizer_config.json", jsonBytes({ mask_token: mask, model_max_length: 24 }));
  }
  if (!isSharded) return files.set("model.safetensors", writeSafetensors(rows));
  const shards = [rows.slice(0, rows.length >> 1), rows.slice(rows.length >> 1)];
  const fileNames = shards.map((_, index) => `model-0000${index + 1}-of-00002.safetensors`);
  const map = shards.flatMap((shard, index) => shard.map(({ name }) => [name, fileNames[index]!]));
  files.set("model.safetensors.index.json", jsonBytes({ metadata: {}, weight_map: Object.fromEntries(map) }));
  for (const [index, shard] of shards.entries()) files.set(fileNames[index]!, writeSafetensors(shard));
  return files;
}

export function jsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** A reader of files in memory. */
export function folderInMemory(files: ModelFiles, name = "tiny"): FolderReader {
  const readBytes = async (fileName: string): Promise<Uint8Array> => {
    const file = files.get(fileName);
    if (file !== undefined) return file;
    throw new SpattenError("missing-model", "the model folder lacks a file", { expected: fileName });
  };
  return {
    name,
    readBytes,
    readText: async (fileName) => new TextDecoder().decode(await readBytes(fileName)),
    exists: async (fileName) => files.has(fileName),
  };
}

import { SpattenError } from "../../../base/errors.ts";
import { hintForName } from "../../../base/nearest.ts";
import { sentencePieceTokenizer } from "../sentence-piece/tokenizer.ts";
import {
  addedTokens,
  idsByText,
  type PieceKind,
  postProcessor,
  type TokenizerFiles,
  tokenizerConfig,
  type Vocabulary,
} from "../tokenizer-files.ts";
import type { Metadata } from "./metadata.ts";
import { type PreTokenizerRow, preTokenizers } from "./pre-tokenizers.ts";

/** `tokenizer.ggml.token_type` (llama.cpp, enum llama_token_type); 0 is a piece of no type. */
const KINDS: readonly PieceKind[] = [
  ...(["normal", "normal", "unknown", "control", "user-defined", "unused", "byte"] as const),
];

const MODELS: Readonly<Record<string, (metadata: Metadata) => TokenizerFiles>> = {
  gpt2: byteLevelTokenizer,
  llama: scoredTokenizer,
};

/**
 * The tokenizer that a file brings along. @throws SpattenError `missing-engine` for a kind or a split that is not known,
 * `checkpoint`.
 */
export function ggufTokenizer(metadata: Metadata): TokenizerFiles {
  const model = metadata.required("text", "tokenizer.ggml.model");
  if (Object.hasOwn(MODELS, model)) return MODELS[model]!(metadata);
  throw notYet(metadata, "tokenizer.ggml.model", model, Object.keys(MODELS));
}

function byteLevelTokenizer(metadata: Metadata): TokenizerFiles {
  const { preTokenizer, normalizer, ignoresMerges, addsBegin } = preTokenizerOf(metadata);
  const vocabulary = vocabularyOf(metadata, { addsBegin: addsBegin === true });
  const merges = metadata.required("texts", "tokenizer.ggml.merges");
  const broken = merges.find((merge) => !/^[^ ]+ [^ ]+$/.test(merge));
  if (broken !== undefined) {
    throw new SpattenError("checkpoint", "a merge is not two pieces", {
      where: `${metadata.where} at tokenizer.ggml.merges`,
      got: JSON.stringify(broken.slice(0, 60)),
    });
  }
  return {
    tokenizer: {
      ...{ version: "1.0", truncation: null, padding: null },
      added_tokens: addedTokens(vocabulary),
      normalizer: normalizer ?? null,
      pre_tokenizer: preTokenizer,
      post_processor: postProcessor(vocabulary),
      decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: {
        type: "BPE",
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: ignoresMerges === true,
        vocab: idsByText(vocabulary),
        merges: merges.map((merge) => merge.split(" ")),
      },
    },
    tokenizerConfig: tokenizerConfig(vocabulary),
  };
}

function scoredTokenizer(metadata: Metadata): TokenizerFiles {
  const vocabulary = vocabularyOf(metadata, { addsBegin: true, beginId: 1, endId: 2, unknownId: 0 });
  const scores = metadata.required("numbers", "tokenizer.ggml.scores");
  requireAsMany(metadata, "tokenizer.ggml.scores", scores.length, vocabulary);
  return sentencePieceTokenizer({
    ...vocabulary,
    scores,
    addsSpace: metadata.optional("flag", "tokenizer.ggml.add_space_prefix") ?? true,
    mergesSpaces: false,
  });
}

interface Defaults {
  readonly addsBegin: boolean;
  readonly beginId?: number;
  readonly endId?: number;
  readonly unknownId?: number;
}

function vocabularyOf(metadata: Metadata, defaults: Defaults): Vocabulary {
  const texts = metadata.required("texts", "tokenizer.ggml.tokens");
  const types = metadata.optional("numbers", "tokenizer.ggml.token_type") ?? texts.map(() => 1);
  const vocabulary: Vocabulary = {
    where: metadata.where,
    texts,
    kinds: types.map((type) => KINDS[type] ?? "normal"),
    beginId: metadata.optional("count", "tokenizer.ggml.bos_token_id") ?? defaults.beginId,
    endId: metadata.optional("count", "tokenizer.ggml.eos_token_id") ?? defaults.endId,
    unknownId: metadata.optional("count", "tokenizer.ggml.unknown_token_id") ?? defaults.unknownId,
    paddingId: metadata.optional("count", "tokenizer.ggml.padding_token_id"),
    addsBegin: metadata.optional("flag", "tokenizer.ggml.add_bos_token") ?? defaults.addsBegin,
    addsEnd: metadata.optional("flag", "tokenizer.ggml.add_eos_token") ?? false,
    chatTemplate: metadata.optional("text", "tokenizer.chat_template"),
  };
  requireAsMany(metadata, "tokenizer.ggml.token_type", types.length, vocabulary);
  return vocabulary;
}

function requireAsMany(metadata: Metadata, key: string, count: number, { texts }: Vocabulary): void {
  if (count === texts.length) return;
  throw new SpattenError("checkpoint", "the vocabulary does not fit together", {
    where: `${metadata.where} at ${key}`,
    got: `${count} elements`,
    expected: `${texts.length}, as tokens`,
  });
}

function preTokenizerOf(metadata: Metadata): PreTokenizerRow {
  const key = "tokenizer.ggml.pre";
  const name = metadata.optional("text", key) ?? "default";
  const row = preTokenizers.find(({ names }) => names.includes(name));
  if (row !== undefined) return row;
  throw notYet(
    metadata,
    key,
    name,
    preTokenizers.flatMap(({ names }) => names),
  );
}

function notYet(metadata: Metadata, key: string, got: string, known: readonly string[]): SpattenError {
  return new SpattenError("missing-engine", "this way to cut texts into tokens is not known yet", {
    where: `${metadata.where} at ${key}`,
    got: JSON.stringify(got.slice(0, 60)),
    expected: `one of ${known.map((name) => JSON.stringify(name)).join(", ")}`,
    hint: hintForName(got, known),
  });
}

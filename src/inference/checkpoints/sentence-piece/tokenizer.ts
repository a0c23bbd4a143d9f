import {
  addedTokens,
  idsByText,
  postProcessor,
  type TokenizerFiles,
  tokenizerConfig,
  type Vocabulary,
} from "../tokenizer-files.ts";
import { mergesByScore } from "./merges.ts";

/** A SentencePiece vocabulary that joins pieces by score; a space is written as U+2581. */
export interface ScoredVocabulary extends Vocabulary {
  /** As many as texts. */
  readonly scores: readonly number[];
  /** Whether a space is put before a text. */
  readonly addsSpace: boolean;
  /** Whether spaces at the ends are dropped, and runs of them become one. */
  readonly mergesSpaces: boolean;
}

const SPACE_MARK = "\u2581";

/** The vocabulary in the form of Hugging Face, which needs merges. @throws SpattenError `checkpoint`. */
export function sentencePieceTokenizer(vocabulary: ScoredVocabulary): TokenizerFiles {
  const { texts, kinds, scores, addsSpace, mergesSpaces, unknownId } = vocabulary;
  const replace = (pattern: object, content: string) => ({ type: "Replace", pattern, content });
  const normalizers = [
    ...(mergesSpaces ? [replace({ Regex: "\\A +| +\\z" }, ""), replace({ Regex: " {2,}" }, " ")] : []),
    ...(addsSpace ? [{ type: "Prepend", prepend: SPACE_MARK }] : []),
    replace({ String: " " }, SPACE_MARK),
  ];
  const decoders = [
    replace({ String: SPACE_MARK }, " "),
    { type: "ByteFallback" },
    { type: "Fuse" },
    ...(addsSpace ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
  ];
  return {
    tokenizer: {
      ...{ version: "1.0", truncation: null, padding: null },
      added_tokens: addedTokens(vocabulary),
      normalizer: { type: "Sequence", normalizers },
      pre_tokenizer: null,
      post_processor: postProcessor(vocabulary),
      decoder: { type: "Sequence", decoders },
      model: {
        type: "BPE",
        dropout: null,
        unk_token: (unknownId === undefined ? undefined : texts[unknownId]) ?? null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: true,
        byte_fallback: kinds.includes("byte"),
        ignore_merges: false,
        vocab: idsByText(vocabulary),
        merges: mergesByScore(texts, kinds, scores, vocabulary.where),
      },
    },
    tokenizerConfig: tokenizerConfig(vocabulary),
  };
}

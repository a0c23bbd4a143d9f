import { SpattenError } from "../base/errors.ts";
import { describeValue } from "../base/schema.ts";

/** Parts of a tokenizer.json, and the types of each that the tokenizer library computes. */
const KNOWN_TYPES = {
  model: ["WordPiece", "BPE", "Unigram", "WordLevel"],
  normalizer: [
    ...["BertNormalizer", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Precompiled", "Prepend", "Replace"],
    ...["Sequence", "Strip", "StripAccents"],
  ],
  pre_tokenizer: [
    ...["BertPreTokenizer", "ByteLevel", "Digits", "FixedLength", "Metaspace", "Punctuation", "Replace"],
    ...["Sequence", "Split", "Whitespace", "WhitespaceSplit"],
  ],
  post_processor: [...["BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing"]],
  decoder: [
    ...["BPEDecoder", "ByteFallback", "ByteLevel", "CTC", "Fuse", "Metaspace", "Replace", "Sequence"],
    ...["Strip", "WordPiece"],
  ],
} as const;

/**
 * Refuses a part of a type that is not known, with the list of those that are. A model without a type is let pass: old
 * files have none. @throws SpattenError `missing-engine`, `checkpoint`.
 */
export function requireKnownParts(tokenizer: unknown, where: string): void {
  if (typeof tokenizer !== "object" || tokenizer === null || Array.isArray(tokenizer)) {
    throw new SpattenError("checkpoint", "the tokenizer is not a JSON object", {
      where,
      got: describeValue(tokenizer),
    });
  }
  for (const [part, known] of Object.entries(KNOWN_TYPES)) {
    const type = ((tokenizer as Record<string, unknown>)[part] as { type?: unknown } | null | undefined)
      ?.type;
    if (type === undefined || (known as readonly unknown[]).includes(type)) continue;
    throw new SpattenError("missing-engine", `no engine knows this type of ${part.replace("_", "-")} yet`, {
      where: `${where} at ${part}.type`,
      got: describeValue(type),
      expected: `one of ${known.join(", ")}`,
    });
  }
}

/** How a byte-level vocabulary cuts a text before it joins bytes, by `tokenizer.ggml.pre`. */
export interface PreTokenizerRow {
  readonly names: readonly string[];
  /** In the form of tokenizer.json. */
  readonly preTokenizer: object;
  readonly normalizer?: object | undefined;
  /** Whether a piece that is in the vocabulary as a whole is not cut. */
  readonly ignoresMerges?: boolean | undefined;
  /** Whether a text begins with the mark of beginning, where the file does not say. */
  readonly addsBegin?: boolean | undefined;
}

const byteLevel = (use_regex: boolean) => ({
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex,
});

const splitThenBytes = (Regex: string) => ({
  type: "Sequence",
  pretokenizers: [
    { type: "Split", pattern: { Regex }, behavior: "Isolated", invert: false },
    byteLevel(false),
  ],
});

/** The split of Llama 3 and Qwen2; they differ in how many digits stay together. */
const splitByKind = (digits: string) =>
  splitThenBytes(
    [
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)",
      "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+",
      digits,
      " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*",
      "\\s*[\\r\\n]+",
      "\\s+(?!\\S)",
      "\\s+",
    ].join("|"),
  );

/** Rows as the tokenizer.json of each family has them; `default` is what old files of GPT-2 say. */
export const preTokenizers: readonly PreTokenizerRow[] = [
  { names: ["gpt-2", "gpt2", "default"], preTokenizer: byteLevel(true) },
  {
    names: ["smollm", "starcoder"],
    preTokenizer: {
      type: "Sequence",
      pretokenizers: [{ type: "Digits", individual_digits: true }, byteLevel(true)],
    },
  },
  {
    names: ["llama-bpe", "llama3", "llama-v3"],
    preTokenizer: splitByKind("\\p{N}{1,3}"),
    ignoresMerges: true,
    addsBegin: true,
  },
  { names: ["qwen2"], preTokenizer: splitByKind("\\p{N}"), normalizer: { type: "NFC" } },
];

/** tokenizer.json of 40 pieces of words, as BERT and its kin have it. */
export const tinyWordPieces = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map((content, id) => added(content, id)),
  normalizer: {
    type: "BertNormalizer",
    ...{ clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: template("[CLS]", 2, "[SEP]", 3),
  decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  model: {
    type: "WordPiece",
    ...{ unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100 },
    vocab: numbered(
      ...["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "what", "is", "my", "balance", "un", "##seen", "?"],
      ...Array.from({ length: 28 }, (_, index) => `##${String.fromCharCode(97 + (index % 26))}${index}`),
    ),
  },
};

/** tokenizer.json of 40 pieces of bytes, as RoBERTa has it. */
export const tinyBytePieces = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: ["<s>", "<pad>", "</s>", "<unk>", "<mask>"].map((content, id) => added(content, id)),
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
  post_processor: { type: "RobertaProcessing", sep: ["</s>", 2], cls: ["<s>", 0], add_prefix_space: false },
  decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: "BPE",
    ...{ dropout: null, unk_token: "<unk>", continuing_subword_prefix: "", end_of_word_suffix: "" },
    fuse_unk: false,
    vocab: numbered(
      ...["<s>", "<pad>", "</s>", "<unk>", "<mask>", "wh", "at", "what", "is", "Ġ", "Ġm", "Ġmy"],
      ..."abcdefghijklmnopqrstuvwxyz?!",
    ),
    merges: ["w h", "a t", "wh at", "i s", "Ġ m", "Ġm y"],
  },
};

function numbered(...pieces: string[]): Record<string, number> {
  return Object.fromEntries(pieces.map((piece, id) => [piece, id]));
}

function added(content: string, id: number) {
  const sides = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return { id, content, ...sides, special: true };
}

/** Marks before and behind a text, and behind a second one. */
function template(first: string, firstId: number, last: string, lastId: number) {
  const mark = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const text = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const single = [mark(first, 0), text("A", 0), mark(last, 0)];
  return {
    type: "TemplateProcessing",
    single,
    pair: [...single, text("B", 1), mark(last, 1)],
    special_tokens: {
      [first]: { id: first, ids: [firstId], tokens: [first] },
      [last]: { id: last, ids: [lastId], tokens: [last] },
    },
  };
}

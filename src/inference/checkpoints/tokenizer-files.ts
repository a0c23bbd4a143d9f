import { SpattenError } from "../../base/errors.ts";

/** tokenizer.json and tokenizer_config.json as the objects that they hold. */
export interface TokenizerFiles {
  readonly tokenizer: unknown;
  readonly tokenizerConfig: unknown;
}

/** What a piece of a vocabulary is for. */
export type PieceKind = "normal" | "unknown" | "control" | "user-defined" | "unused" | "byte";

/** The pieces of a vocabulary by id, and which of them mark a text. */
export interface Vocabulary {
  readonly where: string;
  readonly texts: readonly string[];
  /** As many as texts. */
  readonly kinds: readonly PieceKind[];
  readonly beginId?: number | undefined;
  readonly endId?: number | undefined;
  readonly unknownId?: number | undefined;
  readonly paddingId?: number | undefined;
  readonly addsBegin: boolean;
  readonly addsEnd: boolean;
  readonly chatTemplate?: string | undefined;
}

/** The text of an id. @throws SpattenError `checkpoint` where the vocabulary has no such id. */
function textOf({ texts, where }: Vocabulary, id: number | undefined): string | undefined {
  if (id === undefined) return undefined;
  const text = texts[id];
  if (text !== undefined) return text;
  throw new SpattenError("checkpoint", "a special token is not in the vocabulary", {
    where,
    got: `id ${id}`,
    expected: `below ${texts.length}`,
  });
}

/** Ids by text; of two that are equal the later one, as in a JSON object. */
export function idsByText({ texts }: Vocabulary): Record<string, number> {
  return Object.fromEntries(texts.map((text, id) => [text, id]));
}

/** Pieces that are found in a text before it is cut: control tokens, and what a user defined. */
export function addedTokens({ texts, kinds }: Vocabulary): unknown[] {
  return texts.flatMap((content, id) => {
    const kind = kinds[id]!;
    const isSpecial = kind === "control" || kind === "unknown";
    if ((!isSpecial && kind !== "user-defined") || content === "") return [];
    return {
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: isSpecial,
    };
  });
}

/** Puts the marks of beginning and end around a text; null where there are none. */
export function postProcessor(vocabulary: Vocabulary): unknown {
  const begin = vocabulary.addsBegin ? textOf(vocabulary, vocabulary.beginId) : undefined;
  const end = vocabulary.addsEnd ? textOf(vocabulary, vocabulary.endId) : undefined;
  if (begin === undefined && end === undefined) return null;
  const mark = (id: string | undefined, type_id: number) =>
    id === undefined ? [] : [{ SpecialToken: { id, type_id } }];
  const around = (id: string, type_id: number) => [
    ...mark(begin, type_id),
    { Sequence: { id, type_id } },
    ...mark(end, type_id),
  ];
  const marks = [
    [begin, vocabulary.beginId],
    [end, vocabulary.endId],
  ] as const;
  const named = marks.flatMap(([text, id]) =>
    text === undefined ? [] : [[text, { id: text, ids: [id], tokens: [text] }] as const],
  );
  return {
    type: "TemplateProcessing",
    single: around("A", 0),
    pair: [...around("A", 0), ...around("B", 1)],
    special_tokens: Object.fromEntries(named),
  };
}

/** What tokenizer_config.json would say. @throws SpattenError `checkpoint` for an id beyond the vocabulary. */
export function tokenizerConfig(vocabulary: Vocabulary): unknown {
  const token = (name: string, id: number | undefined) => {
    const text = textOf(vocabulary, id);
    return text === undefined ? {} : { [name]: text };
  };
  return {
    ...token("bos_token", vocabulary.beginId),
    ...token("eos_token", vocabulary.endId),
    ...token("unk_token", vocabulary.unknownId),
    ...token("pad_token", vocabulary.paddingId),
    add_bos_token: vocabulary.addsBegin,
    add_eos_token: vocabulary.addsEnd,
    clean_up_tokenization_spaces: false,
    ...(vocabulary.chatTemplate === undefined ? {} : { chat_template: vocabulary.chatTemplate }),
  };
}

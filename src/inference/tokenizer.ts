import { Tokenizer } from "@huggingface/tokenizers";
import { isSpattenError, SpattenError } from "../base/errors.ts";
import { describeValue } from "../base/schema.ts";
import { requireKnownParts } from "./tokenizer-parts.ts";

/** A text, or a question and its context, as a model sees it. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** The pieces, special tokens included. */
  readonly tokens: readonly string[];
  /** 0 for the first text, 1 for the second. */
  readonly typeIds: readonly number[];
  /** Whether a token is of the second text, its marks left out. */
  readonly isContext: readonly boolean[];
}

/** A model's tokenizer. */
export interface TextEncoderOfModel {
  /** @throws SpattenError `input` for an empty or overlong text. */
  encode(text: string, context?: string): EncodedText;
  /** Ids of a text of any length, without the marks that stand around a model's input. @throws SpattenError `input`. */
  encodePlain(text: string): number[];
  decode(ids: readonly number[]): string;
  /** Id of that piece; undefined where there is none. */
  idOf(piece: string): number | undefined;
  /** Id of the mask token; undefined where there is none. */
  readonly maskId: number | undefined;
}

/** Longest text in UTF-16 units: far beyond any encoder's positions, and still tokenised in a blink. */
export const MAXIMUM_TEXT_LENGTH = 100_000;

/**
 * The tokenizer of a Hugging Face folder. @throws SpattenError `checkpoint` where its files are broken, which some faults
 * show only when a text comes; `missing-engine` for a part of an unknown type.
 */
export function createTokenizer(
  tokenizerJson: unknown,
  configuration: unknown,
  where: string,
): TextEncoderOfModel {
  requireKnownParts(tokenizerJson, `${where}/tokenizer.json`);
  let tokenizer: Tokenizer;
  let maskId: number | undefined;
  let specialIds: ReadonlySet<number>;
  try {
    tokenizer = new Tokenizer(tokenizerJson as object, (configuration ?? {}) as object);
    const added = [...tokenizer.get_added_tokens_decoder()];
    specialIds = new Set(added.filter(([, token]) => token.special).map(([id]) => id));
    maskId = maskIdOf(tokenizer, configuration);
  } catch (error) {
    throw unusable(error, where);
  }
  const pieces = (text: string, context?: string): { ids: number[]; tokens: string[] } => {
    try {
      const { ids, tokens } = tokenizer.encode(text, { text_pair: context ?? null });
      return { ids: ids.map((id: unknown) => checkedId(id, where)), tokens: tokens.map(String) };
    } catch (error) {
      throw isSpattenError(error) ? error : unusable(error, where);
    }
  };
  return {
    encode: (text, context) => {
      checkText(text);
      if (context !== undefined) checkText(context);
      const { ids, tokens } = pieces(text, context);
      // The second text begins behind the first with all its marks.
      const second = context === undefined ? ids.length : Math.min(ids.length, pieces(text).ids.length);
      return {
        ids,
        tokens,
        typeIds: ids.map((_, position) => (position < second ? 0 : 1)),
        isContext: ids.map((id, position) => position >= second && !specialIds.has(id)),
      };
    },
    encodePlain: (text) => {
      if (text === "") throw emptyText();
      try {
        const { ids } = tokenizer.encode(text, { add_special_tokens: false });
        return ids.map((id: unknown) => checkedId(id, where));
      } catch (error) {
        throw isSpattenError(error) ? error : unusable(error, where);
      }
    },
    idOf: (piece) => tokenizer.token_to_id(piece),
    decode: (ids) => {
      if (ids.length === 0) return "";
      try {
        return tokenizer.decode([...ids], { skip_special_tokens: true });
      } catch (error) {
        throw unusable(error, where);
      }
    },
    maskId,
  };
}

function unusable(error: unknown, where: string): SpattenError {
  const got = error instanceof Error ? error.message.slice(0, 200) : String(error);
  return new SpattenError("checkpoint", "the tokenizer files cannot be used", { where, got }, error);
}

/** Files may give a piece any id, or none. */
function checkedId(id: unknown, where: string): number {
  if (typeof id === "number" && Number.isInteger(id) && id >= 0) return id;
  throw new SpattenError("checkpoint", "the tokenizer gives a piece no id", {
    where: `${where}/tokenizer.json`,
    got: describeValue(id),
    expected: "a whole number",
  });
}

function maskIdOf(tokenizer: Tokenizer, configuration: unknown): number | undefined {
  const named = (configuration as { mask_token?: unknown } | null | undefined)?.mask_token;
  const content = typeof named === "object" ? (named as { content?: unknown } | null)?.content : named;
  for (const token of [content, "[MASK]", "<mask>"]) {
    const id = typeof token === "string" ? tokenizer.token_to_id(token) : undefined;
    if (id !== undefined) return id;
  }
  return undefined;
}

function emptyText(): SpattenError {
  return new SpattenError("input", "the text is empty", { expected: "at least one word" });
}

/** @throws SpattenError `input` for an empty or overlong text. */
export function checkText(text: string): void {
  if (text.trim() === "") throw emptyText();
  if (text.length > MAXIMUM_TEXT_LENGTH) {
    throw new SpattenError("input", "the text is too long", {
      got: `${text.length} characters`,
      expected: `at most ${MAXIMUM_TEXT_LENGTH}`,
      hint: "give it in pieces",
    });
  }
}

/**
 * The ids cut to the model's positions, the last special token kept. @throws SpattenError `input` where the text does
 * not fit and was not to be cut.
 */
export function fitToPositions(encoded: EncodedText, positionCount: number, truncate: boolean): EncodedText {
  if (encoded.ids.length <= positionCount) return encoded;
  if (!truncate) {
    throw new SpattenError("input", "the text has more tokens than the model has positions", {
      got: `${encoded.ids.length} tokens`,
      expected: `at most ${positionCount}`,
      hint: "cut it with --truncate (truncate: true)",
    });
  }
  const cut = <Item>(items: readonly Item[]): Item[] => [...items.slice(0, positionCount - 1), items.at(-1)!];
  const { ids, tokens, typeIds, isContext } = encoded;
  return { ids: cut(ids), tokens: cut(tokens), typeIds: cut(typeIds), isContext: cut(isContext) };
}

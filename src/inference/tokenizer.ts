import { Tokenizer } from "@huggingface/tokenizers";
import { SpattenError } from "../base/errors.ts";

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
  decode(ids: readonly number[]): string;
  /** Id of the mask token; undefined where there is none. */
  readonly maskId: number | undefined;
}

/** Longest text in UTF-16 units: far beyond any encoder's positions, and still tokenised in a blink. */
export const MAXIMUM_TEXT_LENGTH = 100_000;

/** The tokenizer of a Hugging Face folder. @throws SpattenError `checkpoint` where its files are broken. */
export function createTokenizer(
  tokenizerJson: unknown,
  configuration: unknown,
  where: string,
): TextEncoderOfModel {
  let tokenizer: Tokenizer;
  let maskId: number | undefined;
  let specialIds: ReadonlySet<number>;
  try {
    tokenizer = new Tokenizer(tokenizerJson as object, (configuration ?? {}) as object);
    const added = [...tokenizer.get_added_tokens_decoder()];
    specialIds = new Set(added.filter(([, token]) => token.special).map(([id]) => id));
    maskId = maskIdOf(tokenizer, configuration);
  } catch (error) {
    throw new SpattenError("checkpoint", "the tokenizer files cannot be used", { where }, error);
  }
  return {
    encode: (text, context) => {
      checkText(text);
      if (context !== undefined) checkText(context);
      const encoded = tokenizer.encode(text, { text_pair: context ?? null });
      const { ids, tokens }: { ids: number[]; tokens: string[] } = encoded;
      const second = context === undefined ? ids.length : secondTextStart(tokenizer, text, ids.length);
      return {
        ids,
        tokens,
        typeIds: ids.map((_, position) => (position < second ? 0 : 1)),
        isContext: ids.map((id, position) => position >= second && !specialIds.has(id)),
      };
    },
    decode: (ids) => tokenizer.decode([...ids], { skip_special_tokens: true }),
    maskId,
  };
}

/** Where the second text begins: behind the first with all its marks. */
function secondTextStart(tokenizer: Tokenizer, text: string, length: number): number {
  return Math.min(length, tokenizer.encode(text).ids.length);
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

/** @throws SpattenError `input` for an empty or overlong text. */
export function checkText(text: string): void {
  if (text.trim() === "") {
    throw new SpattenError("input", "the text is empty", { expected: "at least one word" });
  }
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

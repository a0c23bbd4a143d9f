import { Tokenizer } from "@huggingface/tokenizers";
import { SpattenError } from "../base/errors.ts";

/** A text as a model sees it. */
export interface EncodedText {
  readonly ids: readonly number[];
  /** The pieces, special tokens included. */
  readonly tokens: readonly string[];
}

export interface TextEncoderOfModel {
  encode(text: string): EncodedText;
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
  try {
    tokenizer = new Tokenizer(tokenizerJson as object, (configuration ?? {}) as object);
  } catch (error) {
    throw new SpattenError("checkpoint", "the tokenizer files cannot be used", { where }, error);
  }
  return {
    encode: (text) => {
      checkText(text);
      const { ids, tokens } = tokenizer.encode(text);
      return { ids, tokens };
    },
  };
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
  return { ids: cut(encoded.ids), tokens: cut(encoded.tokens) };
}

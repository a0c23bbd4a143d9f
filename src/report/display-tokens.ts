import { inertText } from "./inert-text.ts";

/** A piece of the sentence as a person reads it. */
export interface DisplayToken {
  readonly text: string;
  /** Goes on from the piece before, without a space. */
  readonly joins: boolean;
}

/** WordPiece (`##ing`) and byte-level BPE (`Ġword`) pieces as words; safe to print. */
export function displayTokens(tokens: readonly string[]): DisplayToken[] {
  const isByteLevel = tokens.some((token) => token.startsWith("Ġ"));
  return tokens.map((token) => {
    if (token.startsWith("##")) return { text: inertText(token.slice(2)), joins: true };
    if (isByteLevel) {
      return { text: inertText(token.replace(/^Ġ/, "").replaceAll("Ċ", "↵")), joins: !token.startsWith("Ġ") };
    }
    return { text: inertText(token), joins: false };
  });
}

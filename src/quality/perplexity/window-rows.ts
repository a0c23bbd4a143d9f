import { type Checkpoint, neverRest } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { LoadedDecoder } from "../../inference/decoder.ts";
import type { Split, WindowExample } from "../datasets/dataset.ts";
import { type BeginChoice, beginTokenOf } from "./begin-token.ts";
import { textsOf } from "./texts-of.ts";
import { textWindows } from "./windows.ts";

/** How texts become windows. */
export interface WindowProtocol {
  /** Tokens of a window, its begin token not counted. */
  readonly windowTokenCount: number;
  readonly begin: BeginChoice;
}

/** Half of a window is a prompt, and a prompt has a token before its last one. */
const LEAST_TOKENS = 4;

/** A tokenizer works on a text in one go, about a second for half a million characters. */
const MOST_CHARACTERS = 2_000_000;

/**
 * Windows of the texts of a split, side by side within each document; the first half of a window is its prompt.
 * @throws SpattenError `usage` for a width that no window has, `config`, `input` for texts that fill no window, or that are
 * too long.
 */
export async function windowRows(
  decoder: Pick<LoadedDecoder, "name" | "beginId" | "endIds" | "tokenizer" | "layout">,
  split: Split,
  { windowTokenCount, begin }: WindowProtocol,
  checkpoint: Checkpoint = neverRest,
): Promise<WindowExample[]> {
  const beginId = beginTokenOf(decoder, begin);
  const beginCount = beginId === undefined ? 0 : 1;
  requireWidth(windowTokenCount, decoder.layout.positionCount + 1 - beginCount, decoder.name);
  const texts: { readonly where: string; readonly ids: readonly number[] }[] = [];
  for (const { where, text } of textsOf(split)) {
    requireLength(text, where);
    texts.push({ where, ids: decoder.tokenizer.encodePlain(text) });
    await checkpoint();
  }
  const longEnough = texts.filter(({ ids }) => ids.length >= windowTokenCount);
  if (longEnough.length === 0) {
    const longest = texts.reduce((most, { ids }) => Math.max(most, ids.length), 0);
    throw new SpattenError("input", "no text fills a window", {
      where: texts[0]?.where ?? decoder.name,
      got: `${longest} tokens in the longest`,
      expected: `at least ${windowTokenCount}`,
      hint: "give a longer text, or a smaller --window (windowTokenCount)",
    });
  }
  return longEnough.flatMap(({ where, ids }) =>
    textWindows(ids, windowTokenCount, beginId).map((window, index) => ({
      ...{ kind: "window" as const, where: `${where}, window ${index + 1}`, ids: window },
      ...{ beginId: beginId ?? null, promptCount: beginCount + Math.floor(windowTokenCount / 2) },
    })),
  );
}

function requireLength({ length }: string, where: string): void {
  if (length <= MOST_CHARACTERS) return;
  throw new SpattenError("input", "a text is too long to be cut into windows", {
    where,
    got: `${length} characters`,
    expected: `at most ${MOST_CHARACTERS}`,
    hint: "put <|endoftext|> between its parts, or give a part of it",
  });
}

function requireWidth(tokenCount: number, most: number, where: string): void {
  if (Number.isInteger(tokenCount) && tokenCount >= LEAST_TOKENS && tokenCount <= most) return;
  throw new SpattenError("usage", "the window does not fit the model", {
    where,
    got: `${tokenCount} tokens`,
    expected: `from ${LEAST_TOKENS} to ${most}, its positions`,
    hint: "choose another --window (windowTokenCount)",
  });
}

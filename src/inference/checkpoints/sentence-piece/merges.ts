import { SpattenError } from "../../../base/errors.ts";
import type { PieceKind } from "../tokenizer-files.ts";

/** In UTF-16 units; the longest of released vocabularies have some 130. */
const MAXIMUM_PIECE_LENGTH = 512;

const isMerged = (kind: PieceKind): boolean =>
  kind === "normal" || kind === "user-defined" || kind === "unused";

/**
 * The merges of a vocabulary that has scores instead: every way to join a piece out of two others, the piece of the
 * highest score first. Applied in this order they give what joining the best pair each time gives (SentencePiece, BPE).
 * @throws SpattenError `checkpoint` for a piece that is too long.
 */
export function mergesByScore(
  texts: readonly string[],
  kinds: readonly PieceKind[],
  scores: readonly number[],
  where: string,
): (readonly [string, string])[] {
  const ids = new Map<string, number>();
  texts.forEach((text, id) => {
    if (isMerged(kinds[id]!)) ids.set(text, id);
  });
  const merges: { readonly pair: readonly [string, string]; readonly score: number; readonly id: number }[] =
    [];
  for (const [text, id] of ids) {
    if (text.length > MAXIMUM_PIECE_LENGTH) {
      throw new SpattenError("checkpoint", "a piece of the vocabulary is too long", {
        where,
        got: `${text.length} characters`,
        expected: `at most ${MAXIMUM_PIECE_LENGTH}`,
      });
    }
    let cut = 0;
    for (const character of text) {
      cut += character.length;
      if (cut === text.length) break;
      const pair = [text.slice(0, cut), text.slice(cut)] as const;
      if (ids.has(pair[0]) && ids.has(pair[1])) merges.push({ pair, score: scores[id]!, id });
    }
  }
  return merges.sort((left, right) => right.score - left.score || left.id - right.id).map(({ pair }) => pair);
}

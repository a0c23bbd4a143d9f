import { SpattenError } from "../../../base/errors.ts";
import type { ScoredVocabulary } from "../sentence-piece/tokenizer.ts";
import type { PieceKind } from "../tokenizer-files.ts";

/** Ids that llama2.c gives its marks, whatever the pieces are called. */
const MARKS: readonly (readonly [string, PieceKind])[] = [
  ["<unk>", "unknown"],
  ["<s>", "control"],
  ["</s>", "control"],
];

const BYTE_PIECE = /^<0x[0-9A-F]{2}>$/;

/**
 * The vocabulary of a tokenizer file of llama2.c: the length of the longest piece, then score, length and text of each
 * of `count` pieces. @throws SpattenError `checkpoint` where the file is none, or of another size.
 */
export function readLlama2cTokenizer(bytes: Uint8Array, count: number, where: string): ScoredVocabulary {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const broken = (what: string): SpattenError =>
    new SpattenError("checkpoint", `this is no tokenizer file of llama2.c for the model: ${what}`, {
      where,
      expected: `${count} pieces with scores`,
    });
  const texts: string[] = [];
  const kinds: PieceKind[] = [];
  const scores: number[] = [];
  let at = 4;
  for (let id = 0; id < count; id++) {
    if (at + 8 > bytes.length) throw broken(`it ends before piece ${id}`);
    const score = data.getFloat32(at, true);
    const length = data.getUint32(at + 4, true);
    at += 8;
    if (length > bytes.length - at) throw broken(`piece ${id} reaches past the end`);
    if (!Number.isFinite(score)) throw broken(`piece ${id} has no score`);
    let text: string;
    try {
      // The export writes spaces where SentencePiece has its mark.
      text = decoder.decode(bytes.subarray(at, at + length)).replaceAll(" ", "\u2581");
    } catch {
      throw broken(`piece ${id} is not UTF-8`);
    }
    at += length;
    const [name, kind] = MARKS[id] ?? [text, BYTE_PIECE.test(text) ? "byte" : "normal"];
    texts.push(name);
    kinds.push(kind);
    scores.push(score);
  }
  if (at !== bytes.length) throw broken(`${bytes.length - at} bytes follow the last piece`);
  return {
    ...{ where, texts, kinds, scores },
    ...{ beginId: 1, endId: 2, unknownId: 0, addsBegin: true, addsEnd: false },
    ...{ addsSpace: true, mergesSpaces: false },
  };
}

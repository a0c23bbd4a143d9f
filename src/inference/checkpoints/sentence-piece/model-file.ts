import { SpattenError } from "../../../base/errors.ts";
import { wireFields } from "../../../graph/wire-reader.ts";
import type { PieceKind } from "../tokenizer-files.ts";
import type { ScoredVocabulary } from "./tokenizer.ts";

/** Numbers of the fields that are read (sentencepiece_model.proto). */
const MODEL = { pieces: 1, trainer: 2, normalizer: 3 };
const PIECE = { text: 1, score: 2, type: 3 };
const TRAINER = { modelType: 3 };
const NORMALIZER = { charsMap: 2, addsSpace: 3, mergesSpaces: 4, escapesSpaces: 5 };

/** `ModelProto.SentencePiece.Type`; 1 where a piece tells none. */
const KINDS: Readonly<Record<number, PieceKind>> = {
  ...{ 1: "normal", 2: "unknown", 3: "control", 4: "user-defined", 5: "unused", 6: "byte" },
};

/** `TrainerSpec.ModelType`; unigram where the file tells none. */
const UNIGRAM = 1;
const BPE = 2;

/**
 * The vocabulary of a SentencePiece model file of the kind BPE; texts begin with `<s>` where it has that piece.
 * @throws SpattenError `checkpoint` where it is no such file, `missing-engine` for another kind of model.
 */
export function readSentencePieceModel(file: Uint8Array, where: string): ScoredVocabulary {
  const texts: string[] = [];
  const kinds: PieceKind[] = [];
  const scores: number[] = [];
  let modelType = UNIGRAM;
  let normalizer: Normalizer = { charsMapBytes: 0, addsSpace: true, mergesSpaces: true, escapesSpaces: true };
  for (const { number, bytes } of wireFields(file, where, "SentencePiece model")) {
    if (number === MODEL.pieces) {
      const piece = readPiece(bytes, where);
      texts.push(piece.text);
      kinds.push(piece.kind);
      scores.push(piece.score);
    } else if (number === MODEL.trainer) {
      for (const field of wireFields(bytes, where, "SentencePiece model")) {
        if (field.number === TRAINER.modelType) modelType = field.integer;
      }
    } else if (number === MODEL.normalizer) normalizer = readNormalizer(bytes, where);
  }
  if (texts.length === 0)
    throw new SpattenError("checkpoint", "the SentencePiece model has no pieces", { where });
  const unsupported =
    modelType !== BPE
      ? `model type ${modelType}`
      : normalizer.charsMapBytes > 0
        ? "a table of characters to normalize"
        : normalizer.escapesSpaces
          ? undefined
          : "spaces without a mark";
  if (unsupported !== undefined) {
    throw new SpattenError("missing-engine", "this kind of SentencePiece model is not read yet", {
      where,
      got: unsupported,
      expected: "BPE with the identity as normalization",
    });
  }
  const idOf = (kind: PieceKind, text?: string) => {
    const id = texts.findIndex((its, at) => kinds[at] === kind && (text === undefined || its === text));
    return id < 0 ? undefined : id;
  };
  const beginId = idOf("control", "<s>");
  return {
    ...{ where, texts, kinds, scores, beginId },
    endId: idOf("control", "</s>"),
    unknownId: idOf("unknown"),
    addsBegin: beginId !== undefined,
    addsEnd: false,
    addsSpace: normalizer.addsSpace,
    mergesSpaces: normalizer.mergesSpaces,
  };
}

function readPiece(message: Uint8Array, where: string): { text: string; kind: PieceKind; score: number } {
  let text = "";
  let score = 0;
  let type = 1;
  for (const { number, bytes, integer } of wireFields(message, where, "SentencePiece model")) {
    if (number === PIECE.text) text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    else if (number === PIECE.score && bytes.length === 4) {
      score = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
    } else if (number === PIECE.type) type = integer;
  }
  const kind = KINDS[type];
  if (kind !== undefined && Number.isFinite(score)) return { text, kind, score };
  throw new SpattenError("checkpoint", "a piece of the vocabulary is of an unknown kind or has no score", {
    where,
    got: `type ${type}, score ${score}`,
  });
}

interface Normalizer {
  readonly charsMapBytes: number;
  readonly addsSpace: boolean;
  readonly mergesSpaces: boolean;
  readonly escapesSpaces: boolean;
}

function readNormalizer(message: Uint8Array, where: string): Normalizer {
  let charsMapBytes = 0;
  const flags = new Map<number, boolean>();
  for (const { number, bytes, integer } of wireFields(message, where, "SentencePiece model")) {
    if (number === NORMALIZER.charsMap) charsMapBytes = bytes.length;
    else flags.set(number, integer !== 0);
  }
  const flag = (number: number) => flags.get(number) ?? true;
  return {
    charsMapBytes,
    addsSpace: flag(NORMALIZER.addsSpace),
    mergesSpaces: flag(NORMALIZER.mergesSpaces),
    escapesSpaces: flag(NORMALIZER.escapesSpaces),
  };
}

import { readFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it, test } from "vitest";
import { randomText } from "../../../../test/support/random-texts.ts";
import { hasShared, sharedData } from "../../../../test/support/shared.ts";
import { createRandom, type Random } from "../../../base/random.ts";
import { readLlama2cTokenizer } from "../llama2c/tokenizer-file.ts";
import type { TokenizerFiles } from "../tokenizer-files.ts";
import { joinByScore } from "./merges.reference.ts";
import { readSentencePieceModel } from "./model-file.ts";
import { type ScoredVocabulary, sentencePieceTokenizer } from "./tokenizer.ts";

const tokenizerOf = ({ tokenizer, tokenizerConfig }: TokenizerFiles) =>
  new Tokenizer(tokenizer as object, tokenizerConfig as object);

function vocabularyOf(pieces: readonly string[], parts: Partial<ScoredVocabulary> = {}): ScoredVocabulary {
  const texts = ["<unk>", "<s>", "</s>", ...pieces];
  return {
    ...{ where: "test", texts },
    kinds: texts.map((_, id) => (["unknown", "control", "control"] as const)[id] ?? "normal"),
    scores: texts.map((_, id) => -id),
    ...{ beginId: 1, endId: 2, unknownId: 0, addsBegin: false, addsEnd: false },
    ...{ addsSpace: false, mergesSpaces: false },
    ...parts,
  };
}

/** Pieces that are each joined out of two earlier ones, in random order of score. */
function randomPieces(random: Random): string[] {
  const pieces = ["a", "b", "c", "é"];
  for (let count = 2 + random.integer(12); count > 0; count--) {
    const pick = () => pieces[random.integer(pieces.length)]!;
    const joined = pick() + pick();
    if (!pieces.includes(joined)) pieces.push(joined);
  }
  return pieces;
}

test("merges by score cut a text as joining the best pair each time does", () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = createRandom(seed);
    const pieces = randomPieces(random);
    const vocabulary = vocabularyOf(pieces);
    const scores = new Map(vocabulary.texts.map((text, id) => [text, vocabulary.scores[id]!]));
    const tokenizer = tokenizerOf(sentencePieceTokenizer(vocabulary));
    for (let count = 0; count < 10; count++) {
      const text = Array.from({ length: 1 + random.integer(20) }, () => pieces[random.integer(4)]!).join("");
      expect(tokenizer.encode(text).tokens, `seed ${seed}, ${text}`).toEqual(joinByScore(text, scores));
    }
  }
});

describe("a vocabulary with scores", () => {
  const pieces = ["\u2581", "\u2581a", "a", "b", "ab"];

  it("marks the beginning, and a space before the text that is dropped again", () => {
    const files = sentencePieceTokenizer(vocabularyOf(pieces, { addsBegin: true, addsSpace: true }));
    const tokenizer = tokenizerOf(files);
    expect(tokenizer.encode("ab a").tokens).toEqual(["<s>", "\u2581a", "b", "\u2581a"]);
    expect(tokenizer.decode(tokenizer.encode(" ab  a").ids, { skip_special_tokens: true })).toBe(" ab  a");
    expect(files.tokenizerConfig).toMatchObject({ bos_token: "<s>", eos_token: "</s>", add_bos_token: true });
  });

  it("falls back to bytes where it has them, else to one unknown piece for a run", () => {
    const bytes = ["<0xC3>", "<0xA9>", "<0x0A>"];
    const kinds = ["unknown", "control", "control", "byte", "byte", "byte", "normal"] as const;
    const withBytes = tokenizerOf(
      sentencePieceTokenizer(vocabularyOf([...bytes, "a"], { kinds, scores: kinds.map(() => 0) })),
    );
    expect(withBytes.encode("aé\n").tokens).toEqual(["a", ...bytes]);
    expect(withBytes.decode(withBytes.encode("aé\n").ids, { skip_special_tokens: true })).toBe("aé\n");
    expect(tokenizerOf(sentencePieceTokenizer(vocabularyOf(pieces))).encode("aéèb").tokens).toEqual([
      ...["a", "<unk>", "b"],
    ]);
  });

  it("merges spaces where it is told to, and only spaces", () => {
    const files = sentencePieceTokenizer(vocabularyOf(pieces, { mergesSpaces: true, addsSpace: true }));
    expect(tokenizerOf(files).encode("  a   b ").tokens).toEqual(["\u2581a", "\u2581", "b"]);
    expect(tokenizerOf(files).encode("a\n").tokens).toEqual(["\u2581a", "<unk>"]);
  });

  it("has no piece of any length", () => {
    expect(() => sentencePieceTokenizer(vocabularyOf(["x".repeat(600)]))).toThrow(/too long; got 600/);
  });
});

describe("a SentencePiece model file", () => {
  const field = (number: number, bytes: number[]) => [number * 8 + 2, bytes.length, ...bytes];
  const piece = (text: string, type: number) => {
    const utf8 = [...new TextEncoder().encode(text)];
    return field(1, [...field(1, utf8), 2 * 8 + 5, 0, 0, 0x80, 0xbf, 3 * 8, type]);
  };
  const trainer = (modelType: number) => field(2, [3 * 8, modelType]);
  const pieces = [...piece("<unk>", 2), ...piece("<s>", 3), ...piece("a", 1)];

  it("tells pieces, kinds, scores and marks", () => {
    const model = readSentencePieceModel(
      Uint8Array.from([...pieces, ...trainer(2), ...field(3, [3 * 8, 0])]),
      "m",
    );
    expect(model).toMatchObject({
      ...{ texts: ["<unk>", "<s>", "a"], kinds: ["unknown", "control", "normal"], scores: [-1, -1, -1] },
      ...{
        beginId: 1,
        endId: undefined,
        unknownId: 0,
        addsBegin: true,
        addsSpace: false,
        mergesSpaces: true,
      },
    });
  });

  it.each<[string, number[], string, RegExp]>([
    ["of the kind unigram", [...pieces, ...trainer(1)], "missing-engine", /got model type 1/],
    ["that normalizes", [...pieces, ...trainer(2), ...field(3, field(2, [1]))], "missing-engine", /table/],
    ["with a piece of type 7", [...piece("x", 7), ...trainer(2)], "checkpoint", /type 7/],
    ["without pieces", trainer(2), "checkpoint", /no pieces/],
    ["that is cut off", pieces.slice(0, -3), "checkpoint", /no SentencePiece model/],
  ])("%s is refused", (_, bytes, code, message) => {
    expect(() => readSentencePieceModel(Uint8Array.from(bytes), "m")).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});

describe.skipIf(!hasShared)("tok512.bin", () => {
  it("cuts texts of any script as joining the best pair each time does", () => {
    const vocabulary = readLlama2cTokenizer(
      readFileSync(sharedData("stories260k", "tok512.bin")),
      512,
      "tok512",
    );
    const tokenizer = tokenizerOf(sentencePieceTokenizer(vocabulary));
    const scores = new Map(vocabulary.texts.map((text, id) => [text, vocabulary.scores[id]!]));
    const idOf = new Map(vocabulary.texts.map((text, id) => [text, id]));
    const story = readFileSync(sharedData("tinystories-sample", "tinystories_sample.txt"), "utf8");
    const random = createRandom(1);
    const texts = Array.from({ length: 100 }, () => {
      const begin = random.integer(story.length);
      return story.slice(begin, begin + 120) + randomText(random);
    });
    for (const text of texts.filter((candidate) => !/<\/?s>|<unk>/.test(candidate))) {
      const symbols = joinByScore(`\u2581${text.replaceAll(" ", "\u2581")}`, scores);
      const expected = symbols.flatMap((symbol) => {
        const id = idOf.get(symbol);
        // Bytes follow the three marks.
        return id === undefined ? [...new TextEncoder().encode(symbol)].map((byte) => byte + 3) : [id];
      });
      expect(tokenizer.encode(text).ids).toEqual([1, ...expected]);
    }
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracyRatio } from "./accuracy.ts";
import { agreementRatio } from "./agreement.ts";
import { meanRanksByCounting } from "./correlation.reference.ts";
import { meanRanks, pearsonCorrelation, spearmanCorrelation } from "./correlation.ts";
import { binaryF1, macroF1 } from "./f1.ts";
import { matthewsCorrelation } from "./matthews.ts";
import { rankOf, recallAt, reciprocalRank } from "./retrieval.ts";
import { answerF1, exactMatch, normalizedAnswer } from "./squad-answer.ts";

// Two classes: three yes found, one yes missed, two no found, one no called yes.
const expected = ["yes", "yes", "yes", "yes", "no", "no", "no"];
const predicted = ["yes", "yes", "yes", "no", "no", "no", "yes"];

describe("figures of classes", () => {
  it("equal a count by hand", () => {
    expect(accuracyRatio(predicted, expected)).toBeCloseTo(5 / 7, 12);
    expect(agreementRatio(["a", "b"], ["a", "c"])).toBe(0.5);
    expect(binaryF1(predicted, expected, "yes")).toBeCloseTo(6 / 8, 12);
    expect(macroF1(predicted, expected)).toBeCloseTo((6 / 8 + 4 / 6) / 2, 12);
    expect(matthewsCorrelation(predicted, expected)).toBeCloseTo(
      (3 * 2 - 1 * 1) / Math.sqrt(4 * 4 * 3 * 3),
      12,
    );
  });

  it("count a class that is only predicted, and are 0 where nothing varies", () => {
    expect(macroF1(["a", "c"], ["a", "b"])).toBeCloseTo(1 / 3, 12);
    expect(binaryF1(["a"], ["a"], "z")).toBe(0);
    expect(matthewsCorrelation(["a", "a"], ["a", "b"])).toBe(0);
  });

  it("are 1 for right answers, and Matthews is the correlation of two classes as numbers", () => {
    const bits = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(bits, (rows) => {
        const [said, right] = [rows.map(([bit]) => String(bit)), rows.map(([, bit]) => String(bit))];
        expect(accuracyRatio(right, right)).toBe(1);
        expect(macroF1(right, right)).toBe(1);
        const numbers = (labels: string[]) => labels.map((label) => (label === "true" ? 1 : 0));
        const correlation = pearsonCorrelation(numbers(said), numbers(right));
        expect(matthewsCorrelation(said, right)).toBeCloseTo(correlation, 9);
      }),
    );
  });

  it("refuse lists of different lengths", () => {
    expect(() => accuracyRatio(["a"], [])).toThrow("wrong length");
  });
});

describe("correlations", () => {
  it("equal a computation by hand", () => {
    expect(pearsonCorrelation([1, 2, 3], [1, 2, 4])).toBeCloseTo(3 / Math.sqrt(2 * (14 / 3)), 12);
    expect(meanRanks([30, 10, 20, 20])).toEqual([4, 1, 2.5, 2.5]);
    expect(spearmanCorrelation([1, 2, 3, 4], [1, 10, 100, 1000])).toBe(1);
    expect(pearsonCorrelation([1, 1], [1, 2])).toBe(0);
  });

  it("rank as counting does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 20 }), (values) => {
        expect(meanRanks(values)).toEqual(meanRanksByCounting(values));
      }),
    );
  });
});

describe("SQuAD's rules", () => {
  it("drop case, punctuation, articles and doubled spaces, and keep words that only contain an article", () => {
    expect(normalizedAnswer("  The  U.S.  Theatre, an\tera; a-z ")).toBe("us theatre era az");
    expect(exactMatch("the Broncos!", ["Denver Broncos", "Broncos"])).toBe(1);
    expect(exactMatch("Broncos of Denver", ["Broncos"])).toBe(0);
  });

  it("take the best F1 over the right answers, each word counted as often as it stands in both", () => {
    expect(answerF1("very very good", ["very good show", "bad"])).toBeCloseTo((2 * 2) / 6, 12);
    expect(answerF1("cat", ["dog"])).toBe(0);
  });

  it("want no answer where there is none", () => {
    expect([exactMatch("", []), answerF1("", []), answerF1("something", [])]).toEqual([1, 1, 0]);
  });
});

describe("ranks of documents", () => {
  it("count the documents that are more similar, and not those that are as similar", () => {
    expect(rankOf([0.2, 0.9, 0.5, 0.5], 2)).toBe(2);
    expect([reciprocalRank(4, 10), reciprocalRank(11, 10)]).toEqual([0.25, 0]);
    expect([recallAt(5, 5), recallAt(6, 5)]).toEqual([1, 0]);
  });
});

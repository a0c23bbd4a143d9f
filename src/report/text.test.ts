import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayTokens } from "./display-tokens.ts";
import {
  formatEnergy,
  formatPercent,
  formatQuantity,
  formatRatio,
  formatSaving,
  formatTime,
} from "./format.ts";
import { escapeHtml } from "./html-document.ts";
import { inertJson, inertText } from "./inert-text.ts";

const ACTIVE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

describe("texts from outside", () => {
  it("lose every active character, and nothing else", () => {
    expect(inertText("a\u001b[31mb\u202ec")).toBe("a\\u{1b}[31mb\\u{202e}c");
    expect(inertText("naïve 日本語 👍")).toBe("naïve 日本語 👍");
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => !ACTIVE.test(inertText(text))));
  });

  it("survive inert JSON unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const json = inertJson({ text });
        expect(ACTIVE.test(json.replaceAll("\n", ""))).toBe(false);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });

  it("are text on a page", () => {
    expect(escapeHtml(`<b a="1" b='2'>&</b>`)).toBe("&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;&lt;/b&gt;");
    fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(escapeHtml(text))));
  });
});

describe("figures for people", () => {
  it.each([
    [formatQuantity(0, "B"), "0 B"],
    [formatQuantity(1564, ""), "1564"],
    [formatQuantity(58_368, "B"), "58.37 kB"],
    [formatQuantity(12_345_678, "op"), "12.35 Mop"],
    [formatQuantity(9999.6, "B"), "10 kB"],
    [formatEnergy(0.5), "0.5 pJ"],
    [formatEnergy(3_052_000), "3.052 µJ"],
    [formatEnergy(5e15), "5000 J"],
    [formatTime(1.314e-6), "1.314 µs"],
    [formatTime(0.05484), "54.84 ms"],
    [formatTime(7200), "7200 s"],
    [formatRatio(1.787), "1.79×"],
    [formatRatio(12.34), "12.3×"],
    [formatSaving(2), "2.00× less"],
    [formatSaving(0.5), "2.00× more"],
    [formatSaving(Number.NaN), "not priced"],
    [formatPercent(0.8949), "89.49 %"],
  ])("%s is %s", (formatted, expected) => {
    expect(formatted).toBe(expected);
  });

  it("show WordPiece and byte-level pieces as words", () => {
    expect(
      displayTokens(["[CLS]", "un", "##true"]).map(({ text, joins }) => (joins ? "+" : " ") + text),
    ).toEqual([" [CLS]", " un", "+true"]);
    expect(displayTokens(["In", "Ġthe", "Ċ"]).map(({ text }) => text)).toEqual(["In", "the", "↵"]);
  });
});

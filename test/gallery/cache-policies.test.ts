import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cachePoliciesFigure, type PolicyPanel, standaloneSvg } from "../../src/report/index.ts";
import { nodeDocument } from "./draw.ts";
import { pictureOf } from "./picture.ts";

type Point = PolicyPanel["figures"][number];

function point(policy: string, keepRatio: number, value: number): Point {
  return {
    ...{ policy, keepRatio, plan: { name: policy, source: "test" } },
    ...{ tokenCount: 512, denseNats: 3, nats: 3 + value, refetchedRatio: 0 },
    difference: { value, low: value - 0.04, high: value + 0.05 },
    ...{ fetchedRowRatio: keepRatio, heldRowRatio: 1, fetchedBytes: 1e9 * keepRatio, cacheBytes: 1e7 },
  };
}

const keeps = [1, 0.5, 0.25, 0.125];
const curve = (policy: string, values: readonly number[]) =>
  values.map((value, index) => point(policy, keeps[index]!, value));
const panels: readonly PolicyPanel[] = [
  {
    title: "a small model, context 1,024",
    figures: [
      ...curve("spatten, select", [0, 0.1, 0.4, 1.1]),
      ...curve("h2o", [0, 0.05, 0.12, 0.3]),
      ...curve("random", [0, 0.6, 1.6, 4.2]),
    ],
  },
  {
    title: "a large model, context 2,048",
    figures: [...curve("spatten, select", [0, 0.2, 0.6, 1.4]), ...curve("h2o", [0, -0.01, 0.04, 0.15])],
  },
];
const draw = (of: readonly PolicyPanel[]) => cachePoliciesFigure(of, { document: nodeDocument() });

describe("the picture of cache policies", () => {
  it("looks as it did", async () => {
    const file = join(import.meta.dirname, "output", "cache-policies.svg");
    await expect(pictureOf(draw(panels))).toMatchFileSnapshot(file);
  });

  it("says in its label what it leaves out, and has every point as a row", () => {
    const { sentence, element, table } = draw(panels);
    expect(element.getAttribute("aria-label")).toBe(sentence);
    expect(sentence).toContain("3 policies on 2 contexts");
    expect(sentence).toContain("1 point lies above 3 and is left out");
    expect(table.rows).toHaveLength(20);
    expect(table.rows[1]).toEqual([
      ...["a small model, context 1,024", "spatten, select", "0.5", "0.1000", "0.0600 to 0.1500"],
      ...["0.500", "1.000"],
    ]);
    expect(draw(panels.slice(1)).sentence).toMatch(/2 policies on 1 context, .* 95 % intervals\.$/);
  });

  it("draws no text of others as markup", () => {
    const title = '<script>alert(1)</script> & "b" \u001b[31m';
    const figures = [point(title, 1, 0), point(title, 0.5, 0.2)];
    const svg = standaloneSvg(draw([{ title, figures }]));
    expect(svg).not.toMatch(/<script|\u001b/);
    expect(svg).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#)/);
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
  });
});

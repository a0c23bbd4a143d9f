import { describe, expect, it } from "vitest";
import { confirm } from "./confirmation.ts";
import type { Judgement } from "./judgement.ts";
import type { Tried } from "./ledger.ts";
import type { SearchSpace } from "./search-space.ts";

const settings = [1, 0.8, 0.6, 0.4, 0.2];
const space: SearchSpace = {
  groups: [{ id: "g", title: "g", kind: "free", knobs: [{ id: "k", settings }] }],
};
const judgement = (lossPoints: number, costRatio: number): Judgement => ({
  ...{ lossPoints, leastLossPoints: lossPoints, assuredLossPoints: lossPoints, costRatio },
});
const tried = (level: number, lossPoints: number, costRatio: number, rung = 1): Tried => ({
  ...{ candidate: [[level]], rung, judgement: judgement(lossPoints, costRatio) },
});
const rules = { space, rungCount: 2, floorPoints: 1 };

describe("confirmation", () => {
  const all = [
    tried(0, 0, 1),
    tried(1, 0.5, 0.6),
    tried(2, 0.9, 0.41),
    tried(3, 1, 0.4),
    tried(4, 0, 0.1, 0),
  ];

  it("asks from the cheapest on, not the neighbours of one that failed, nor what was not judged on all rows", async () => {
    const asked: number[] = [];
    const { best, failedCount } = await confirm(
      { best: all[3]!, tried: all },
      async ([levels]) => {
        asked.push(levels![0]!);
        return judgement(levels![0] === 3 ? 4 : 0.7, 1);
      },
      rules,
    );
    expect([asked, best.candidate, failedCount]).toEqual([[3, 1], [[1]], 1]);
  });

  it("ends with dense where nothing holds", async () => {
    const { best, failedCount } = await confirm(
      { best: all[3]!, tried: all },
      async () => judgement(9, 1),
      rules,
    );
    expect([best.candidate, failedCount]).toEqual([[[0]], 2]);
  });
});

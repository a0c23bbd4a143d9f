import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import type { Judgement } from "./judgement.ts";
import { dominates, paretoFront } from "./judgement.ts";
import { paretoFrontReference } from "./pareto-front.reference.ts";
import { allCandidates, exhaustiveCost } from "./search.reference.ts";
import { type SearchOptions, search } from "./search.ts";
import { type Candidate, candidateKey, denseCandidate, type SearchSpace } from "./search-space.ts";

const knob = (id: string, levelCount: number) => ({
  id,
  settings: Array.from({ length: levelCount }, (_, level) => 1 - level / levelCount),
});
const tiny: SearchSpace = {
  groups: [
    { id: "tokens", title: "tokens", kind: "cascade", knobs: [knob("a", 5), knob("b", 5), knob("c", 5)] },
    { id: "heads", title: "heads", kind: "free", knobs: [knob("d", 3), knob("e", 3)] },
    { id: "bits", title: "bits", kind: "free", knobs: [knob("f", 6)] },
  ],
};

/** Each knob saves and costs its own, the more the lower it is turned; few rows tell the loss with an error. */
function syntheticJudge(seed: number, noisePoints: readonly number[]) {
  const random = createRandom(seed);
  const weights = tiny.groups.map(({ knobs }) =>
    knobs.map(() => ({ cost: 0.3 + random.next(), loss: random.next() ** 2 })),
  );
  return async (candidate: Candidate, rung: number): Promise<Judgement> => {
    let [cost, lossPoints] = [0, 0];
    for (const [group, { knobs }] of tiny.groups.entries()) {
      for (const [index, { settings }] of knobs.entries()) {
        const part = candidate[group]![index]! / (settings.length - 1);
        cost += weights[group]![index]!.cost * (1 - 0.8 * part);
        lossPoints += weights[group]![index]!.loss * part ** 2;
      }
    }
    const noise = noisePoints[rung]!;
    const wobble = noise * (2 * createRandom(candidateKey(candidate).length * 31 + rung).next() - 1);
    return {
      lossPoints: lossPoints + wobble,
      assuredLossPoints: lossPoints + wobble,
      leastLossPoints: lossPoints + wobble - noise,
      costRatio: cost,
    };
  };
}

const optionsOf = (seed: number, more: Partial<SearchOptions> = {}): SearchOptions => ({
  ...{ space: tiny, rungCount: 3, floorPoints: 0.5, trialBudget: 250, seed },
  judge: syntheticJudge(seed, [0.4, 0.2, 0]),
  ...more,
});

describe("the search", () => {
  it("finds what trying everything finds, or within a tenth of it, with a seventh of the tries", async () => {
    expect(allCandidates(tiny).length).toBeGreaterThan(250 * 7);
    let exact = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { best, tried } = await search(optionsOf(seed));
      const least = await exhaustiveCost(optionsOf(seed));
      expect(best.judgement.lossPoints).toBeLessThanOrEqual(0.5);
      expect(best.judgement.costRatio).toBeLessThan(least * 1.1);
      expect(tried.length).toBeLessThanOrEqual(250);
      if (best.judgement.costRatio < least + 1e-12) exact++;
    }
    expect(exact).toBeGreaterThanOrEqual(12);
  });

  it("gives the same twice, and keeps every cascade in order", async () => {
    const [once, again] = [await search(optionsOf(3)), await search(optionsOf(3))];
    expect(again).toEqual(once);
    for (const { candidate } of once.tried) {
      expect(candidate[0]!.toSorted((left, right) => left - right)).toEqual(candidate[0]);
    }
  });

  it("stays dense where everything costs too much, and says so by its candidate", async () => {
    const judge = async (candidate: Candidate): Promise<Judgement> => {
      const isDense = candidateKey(candidate) === candidateKey(denseCandidate(tiny));
      const lossPoints = isDense ? 0 : 3;
      return {
        lossPoints,
        leastLossPoints: lossPoints,
        assuredLossPoints: lossPoints,
        costRatio: isDense ? 1 : 0.5,
      };
    };
    const { best } = await search(optionsOf(1, { judge }));
    expect([best.candidate, best.judgement.costRatio]).toEqual([denseCandidate(tiny), 1]);
  });

  it("stays dense where pruning saves nothing", async () => {
    const judge = async (): Promise<Judgement> => ({
      ...{ lossPoints: 0, leastLossPoints: 0, assuredLossPoints: 0 },
      costRatio: 1,
    });
    const { best } = await search(optionsOf(1, { judge }));
    expect(best.candidate).toEqual(denseCandidate(tiny));
  });

  it("judges no candidate twice on the same rows, and most on the fewest", async () => {
    const counts = new Map<string, number>();
    const rungs = [0, 0, 0];
    const inner = syntheticJudge(5, [0.4, 0.2, 0]);
    const judge = async (candidate: Candidate, rung: number) => {
      const key = `${candidateKey(candidate)} ${rung}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      rungs[rung]!++;
      return inner(candidate, rung);
    };
    await search(optionsOf(5, { judge }));
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    expect(rungs[0]).toBeGreaterThan(2 * rungs[2]!);
  });
});

describe("the front", () => {
  it("is those that nothing dominates", () => {
    const level = fc.integer({ min: 0, max: 6 });
    const item = fc.tuple(level, level).map(([costRatio, lossPoints]) => ({
      judgement: { costRatio, lossPoints, leastLossPoints: 0, assuredLossPoints: 0 },
    }));
    const pairs = (items: readonly { readonly judgement: Judgement }[]) =>
      [...new Set(items.map(({ judgement }) => `${judgement.costRatio} ${judgement.lossPoints}`))].sort();
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const front = paretoFront(items);
        expect(pairs(front)).toEqual(pairs(paretoFrontReference(items)));
        for (const one of front)
          for (const other of front) expect(dominates(one.judgement, other.judgement)).toBe(false);
      }),
    );
  });
});

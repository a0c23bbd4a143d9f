import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { gatherRowsReference, selectTokensReference } from "./cascade.reference.ts";
import { gather, gatherRows, selectHeads, selectTokens } from "./cascade.ts";
import { pruningMethods } from "./methods/registry.ts";
import { keepCountAtLayer } from "./schedule.ts";
import { softmax } from "./softmax.ts";
import { addTokenImportance } from "./token-importance.ts";
import { topKIndicesReference } from "./top-k.reference.ts";

const nobody = { firstCount: 0, lastCount: 0 };
const score = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, 1, Infinity, -Infinity));
const survivors = fc
  .record({
    length: fc.integer({ min: 1, max: 25 }),
    protect: fc.record({ firstCount: fc.nat(4), lastCount: fc.nat(4) }),
  })
  .chain(({ length, protect }) =>
    fc.record({
      length: fc.constant(length),
      protect: fc.constant(protect),
      positions: fc.subarray(Array.from({ length }, (_, position) => position)),
      pool: fc.array(score, { minLength: length, maxLength: length }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  )
  .map(({ pool, share, ...rest }) => ({
    ...rest,
    scores: pool.slice(0, rest.positions.length),
    keepCount: Math.round(share * rest.positions.length),
  }));

describe("token selection", () => {
  it("equals a sort with the protected ones raised", () => {
    fc.assert(
      fc.property(survivors, ({ scores, positions, keepCount, protect, length }) => {
        const kept = selectTokens(scores, positions, keepCount, protect, length);
        expect([...kept]).toEqual(selectTokensReference(scores, positions, keepCount, protect, length));
      }),
      { numRuns: 500 },
    );
  });

  it("keeps everything at keepCount = n", () => {
    fc.assert(
      fc.property(survivors, ({ scores, positions, protect, length }) => {
        const kept = selectTokens(scores, positions, scores.length, protect, length);
        expect([...kept]).toEqual(positions.map((_, index) => index));
      }),
    );
  });

  it("protects original positions, wherever they stand among the survivors", () => {
    const ends = { firstCount: 1, lastCount: 1 };
    expect([...selectTokens([0, 5, 4, 9, 0], [0, 2, 3, 5, 7], 3, ends, 8)]).toEqual([0, 3, 4]);
    expect([...selectTokens([5, 4, 9], [2, 3, 5], 1, ends, 8)]).toEqual([2]);
    expect([...selectTokens([1, 1], [0, 7], 0, ends, 8)]).toEqual([0, 1]);
  });

  it("refuses what is not a list of survivors", () => {
    expect(() => selectTokens([1, 2], [0], 1, nobody, 2)).toThrow("positions has the wrong length");
    expect(() => selectTokens([1, 2], [1, 1], 1, nobody, 2)).toThrow("positions must ascend");
    expect(() => selectTokens([1, 2], [0, 2], 1, nobody, 2)).toThrow("position 1");
    expect(() => selectTokens([1, 2], [0, 1], 3, nobody, 2)).toThrow("keep count is out of range");
    expect(() => selectTokens([Number.NaN, 2], [0, 1], 1, { firstCount: 1, lastCount: 0 }, 2)).toThrow(
      "score 0",
    );
  });
});

describe("head selection", () => {
  it("keeps the most important heads in their order", () => {
    expect([...selectHeads([3, 1, 2, 3], 3)]).toEqual([0, 2, 3]);
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 16 }), (importance) => {
        const keepCount = Math.ceil(importance.length / 2);
        expect([...selectHeads(importance, keepCount)]).toEqual(topKIndicesReference(importance, keepCount));
      }),
    );
  });
});

describe("gathering", () => {
  it("equals picking element by element", () => {
    const cases = fc
      .record({ rows: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 1, max: 5 }) })
      .chain(({ rows, columns }) =>
        fc.record({
          columns: fc.constant(columns),
          matrix: fc.float32Array({ minLength: rows * columns, maxLength: rows * columns, noNaN: true }),
          picked: fc.array(fc.nat(rows - 1)),
        }),
      );
    fc.assert(
      fc.property(cases, ({ columns, matrix, picked }) => {
        const expected = gatherRowsReference([...matrix], columns, picked);
        expect([...gatherRows(matrix, columns, picked)]).toEqual(expected);
        if (columns === 1) expect([...gather(Float64Array.from(matrix), picked)]).toEqual(expected);
      }),
    );
  });

  it("refuses rows that are not there", () => {
    expect(() => gatherRows(new Float32Array(4), 2, [2])).toThrow("row is out of range; got 2");
    expect(() => gatherRows(new Float32Array(5), 2, [0])).toThrow("matrix has the wrong length");
    expect(() => gather(new Float64Array(2), [-1])).toThrow("index is out of range");
  });
});

describe("the cascade", () => {
  const ratio = fc.double({ min: 0.01, max: 1, noNaN: true });
  const tokenPlans = fc.record({
    schedule: fc.oneof(
      fc.record({
        kind: fc.constant("per-layer" as const),
        keepRatio: fc.array(ratio, { minLength: 1, maxLength: 6 }),
      }),
      fc.record({
        kind: fc.constant("counts" as const),
        keepCount: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }),
      }),
    ),
    ratioOf: fc.constantFrom("original" as const, "current" as const, "constant" as const),
    constantCount: fc.integer({ min: 1, max: 40 }),
    rounding: fc.constantFrom("floor" as const, "round" as const, "ceil" as const),
    minimumCount: fc.integer({ min: 1, max: 4 }),
    protect: fc.record({ firstCount: fc.nat(2), lastCount: fc.nat(2) }),
  });
  const method = fc.constantFrom(...pruningMethods);

  it("never grows, loses no protected token and never brings one back, under any plan", () => {
    fc.assert(
      fc.property(
        tokenPlans,
        method,
        fc.integer({ min: 4, max: 25 }),
        fc.integer(),
        (plan, by, length, seed) => {
          const random = createRandom(seed);
          let positions = Int32Array.from({ length }, (_, position) => position);
          let carried: Float64Array = new Float64Array(length);
          for (let layer = 0; layer < 6; layer++) {
            const context = { layer, layerCount: 6, originalCount: length, currentCount: positions.length };
            const keepCount = keepCountAtLayer(plan, context);
            const layerScores = carried.map(() => random.next());
            const scores = by.score({ carried, layerScores, firstTokenScores: layerScores, random });
            const kept = selectTokens(scores, positions, keepCount, plan.protect, length);
            const next = Int32Array.from(kept, (index) => positions[index]!);
            expect(next.length).toBeLessThanOrEqual(positions.length);
            expect(next.length).toBeGreaterThanOrEqual(keepCount);
            expect(next.length).toBeLessThanOrEqual(
              Math.max(keepCount, plan.protect.firstCount + plan.protect.lastCount),
            );
            expect(next.every((position) => positions.includes(position))).toBe(true);
            for (let first = 0; first < plan.protect.firstCount; first++) expect(next).toContain(first);
            carried = gather(
              carried.map((before, index) => before + layerScores[index]!),
              kept,
            );
            positions = next;
          }
        },
      ),
    );
  });

  it("removes a token as if it were masked", () => {
    const rows = fc
      .float64Array({ minLength: 2, maxLength: 12, noNaN: true, min: -8, max: 8 })
      .chain((scores) => fc.tuple(fc.constant(scores), fc.subarray([...scores.keys()], { minLength: 1 })));
    fc.assert(
      fc.property(rows, ([scores, kept]) => {
        const removed = softmax(gather(scores, kept));
        const masked = softmax(scores.map((value, key) => (kept.includes(key) ? value : -Infinity)));
        expect(removed).toEqual(gatherRows(masked, 1, kept));
        const importanceRemoved = new Float64Array(kept.length);
        const importanceMasked = new Float64Array(scores.length);
        addTokenImportance(importanceRemoved, removed, { heads: 1, queries: 1, keys: kept.length });
        addTokenImportance(importanceMasked, masked, { heads: 1, queries: 1, keys: scores.length });
        expect(importanceRemoved).toEqual(gather(importanceMasked, kept));
      }),
    );
  });
});

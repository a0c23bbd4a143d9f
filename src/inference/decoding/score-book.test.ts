import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createScoreBook } from "./score-book.ts";

const additions = fc.array(
  fc.record({
    unit: fc.integer({ min: 0, max: 2 }),
    iteration: fc.integer({ min: 0, max: 3 }),
    positions: fc
      .uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 10 })
      .map((list) => Int32Array.from(list.sort((left, right) => left - right))),
    score: fc.double({ min: 0, max: 10, noNaN: true }),
    isObserved: fc.boolean(),
  }),
  { maxLength: 12 },
);

const everyPosition = Int32Array.from({ length: 40 }, (_, position) => position);

describe("a book of scores", () => {
  it("forgets to the bit what is taken back, and nothing of what was committed", () => {
    fc.assert(
      fc.property(additions, additions, (kept, takenBack) => {
        const book = createScoreBook();
        const addAll = (list: typeof kept, firstIteration: number) => {
          for (const { unit, iteration, positions, score, isObserved } of list) {
            const sums = Float64Array.from(positions, () => score);
            book.add(unit, firstIteration + iteration, positions, sums, isObserved ? sums : undefined);
          }
        };
        const told = () =>
          [0, 1, 2].flatMap((unit) => [
            book.accumulated(unit, everyPosition),
            book.latest(unit, everyPosition),
            book.observed(unit, everyPosition),
          ]);
        addAll(kept, 0);
        book.commit();
        const before = told();
        addAll(takenBack, 10);
        book.rollback();
        expect(told()).toEqual(before);
      }),
    );
  });

  it("sums over all iterations, over the last one, and over what was observed", () => {
    const book = createScoreBook();
    const positions = Int32Array.of(1, 4);
    book.add(0, 0, positions, Float64Array.of(1, 2), Float64Array.of(0.5, 0));
    book.add(0, 0, positions, Float64Array.of(10, 20));
    book.add(0, 1, Int32Array.of(4), Float64Array.of(100));
    expect([...book.accumulated(0, positions)]).toEqual([11, 122]);
    expect([...book.latest(0, positions)]).toEqual([0, 100]);
    expect([...book.observed(0, positions)]).toEqual([0.5, 0]);
    expect([...book.accumulated(1, positions)]).toEqual([0, 0]);
  });
});

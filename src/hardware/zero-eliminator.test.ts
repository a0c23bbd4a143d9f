import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { delayedFilterReference, eliminateZerosReference } from "./zero-eliminator.reference.ts";
import { eliminateZeros, prefixEmptyCounts, ZeroEliminator } from "./zero-eliminator.ts";

/** `a0b` as lanes. */
const lanesOf = (text: string) => [...text].map((letter) => (letter === "0" ? undefined : letter));

describe("the zero eliminator", () => {
  it("counts and packs Fig. 10's a0b0cd0e", () => {
    expect(prefixEmptyCounts(lanesOf("a0b0cd0e"))).toEqual([0, 0, 1, 1, 2, 2, 2, 3]);
    expect(eliminateZeros(lanesOf("a0b0cd0e")).lanes).toEqual(lanesOf("abcde000"));
    // b and e by one lane, then c, d and e by two.
    expect(eliminateZeros(lanesOf("a0b0cd0e")).moves).toBe(5);
  });

  it("equals a filter on 10,000 random lines of any width, and keeps items of value 0", () => {
    const random = createRandom(3);
    for (let run = 0; run < 10_000; run++) {
      const density = random.next();
      const line = Array.from({ length: random.integer(40) }, (_, lane) =>
        random.next() < density ? lane % 5 : undefined,
      );
      const packed = eliminateZeros(line).lanes;
      const expected = eliminateZerosReference(line);
      if (packed.some((item, lane) => item !== expected[lane])) expect(packed).toEqual(expected);
    }
  });

  it.each([
    { registering: "last-layer", laneCount: 16, latencyCycles: 3 },
    { registering: "every-layer", laneCount: 16, latencyCycles: 9 },
    { registering: "last-layer", laneCount: 1, latencyCycles: 3 },
  ] as const)(
    "takes a line a cycle, $latencyCycles cycles long ($registering, $laneCount lanes)",
    (setup) => {
      const { latencyCycles, ...parameters } = setup;
      const random = createRandom(4);
      for (let run = 0; run < 400; run++) {
        const eliminator = new ZeroEliminator<number>(parameters);
        expect(eliminator.latencyCycles).toBe(latencyCycles);
        const entering = Array.from({ length: 25 }, (_, cycle) =>
          random.next() < 0.3
            ? undefined
            : Array.from({ length: setup.laneCount }, (_, lane) =>
                random.next() < 0.5 ? undefined : 100 * cycle + lane,
              ),
        );
        const leaving = entering.map((line) => eliminator.cycle(line));
        expect(leaving).toEqual(delayedFilterReference(entering, latencyCycles));
      }
    },
  );

  it("refuses lanes that are no power of two", () => {
    expect(() => new ZeroEliminator({ laneCount: 12 })).toThrow("got 12; expected a power of two");
  });
});

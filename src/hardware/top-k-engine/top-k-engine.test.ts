import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import { quickSelectTopK } from "../../pruning/quick-select.ts";
import { topKIndices } from "../../pruning/top-k.ts";
import { countedCycles } from "../unit-counters.ts";
import { firstPivots, type PivotChoice, randomPivots, worstPivots } from "./pivots.ts";
import { clockedTopK } from "./top-k-engine.reference.ts";
import { TopKEngine } from "./top-k-engine.ts";

const pivotKinds: Readonly<Record<string, (seed: number) => PivotChoice>> = {
  random: (seed) => randomPivots(createRandom(seed)),
  first: () => firstPivots,
  worst: () => worstPivots,
};

describe("the top-k engine", () => {
  it.each(Object.keys(pivotKinds))("gives Fig. 9 with %s pivots", (kind) => {
    const run = new TopKEngine().run([0.6, 0.1, 0.5, 1.2, 0.6], 3, pivotKinds[kind]!(1));
    expect(run).toMatchObject({ threshold: 0.6, equalCount: 2, kept: Int32Array.of(0, 3, 4) });
  });

  it("takes the passes, and keeps the elements, of pruning's quick-select on 10,000 random inputs", () => {
    const random = createRandom(5);
    const engine = new TopKEngine({ comparatorCountPerArray: 4 });
    for (let run = 0; run < 10_000; run++) {
      const values = Array.from({ length: 1 + random.integer(60) }, () => random.integer(40) / 8);
      const k = random.integer(values.length + 1);
      const found = engine.run(values, k, randomPivots(createRandom(run)));
      if (k === 0 || k === values.length) {
        expect(found.kept).toEqual(Int32Array.from({ length: k }, (_, place) => place));
        continue;
      }
      const { threshold, equalCount, passes } = quickSelectTopK(values, k, createRandom(run));
      expect({ ...found, kept: undefined }).toMatchObject({ threshold, equalCount, passes });
      expect(found.kept).toEqual(topKIndices(values, k));
    }
  });

  it("equals an engine clocked every cycle on 10,000 random inputs: elements, cycles, counters", () => {
    const random = createRandom(6);
    const kinds = Object.values(pivotKinds);
    for (let run = 0; run < 10_000; run++) {
      const parameters = {
        comparatorCountPerArray: 1 + random.integer(9),
        fifoDepthLines: 40,
        zeroEliminatorCycles: 1 + random.integer(3),
        realignCycles: 1 + random.integer(2),
        skippedCycles: 1,
      };
      const n = 2 + random.integer(run % 10 === 0 ? 38 : 14);
      const values = Array.from({ length: n }, () => random.integer(25) - 12);
      const k = 1 + random.integer(n - 1);
      const kind = kinds[random.integer(kinds.length)]!;
      const engine = new TopKEngine(parameters);
      const { kept, threshold, equalCount, ...found } = engine.run(values, k, kind(run));
      const clocked = clockedTopK(parameters, values, k, kind(run));
      const { fifoPushes, fifoPops } = engine.counters.events;
      const { busyCycles, stallCycles } = engine.counters;
      const counters = { busyCycles, drainCycles: stallCycles.drain, fifoPushes, fifoPops };
      expect({ kept: Array.from(kept, (place) => values[place]), ...found, ...counters }).toEqual(clocked);
      expect(countedCycles(engine.counters)).toBe(found.loadCycles + found.selectCycles + found.filterCycles);
    }
  }, 60_000);

  it("never needs more items than with the worst pivots", () => {
    const random = createRandom(7);
    for (let run = 0; run < 2000; run++) {
      const values = Array.from({ length: 2 + random.integer(20) }, () => random.integer(12));
      const k = 1 + random.integer(values.length - 1);
      const engine = new TopKEngine({ comparatorCountPerArray: 1 });
      const worst = engine.run(values, k, worstPivots).selectCycles;
      for (const kind of ["random", "first"]) {
        expect(engine.run(values, k, pivotKinds[kind]!(run)).selectCycles).toBeLessThanOrEqual(worst);
      }
    }
  });

  it("needs a pass for every element at worst: 1024 of them in 36,352 cycles", () => {
    const values = Array.from({ length: 1024 }, (_, place) => (place * 37) % 1024);
    const { passes, selectCycles } = new TopKEngine().run(values, 512, worstPivots);
    expect(passes).toEqual(Array.from({ length: 1024 }, (_, pass) => 1024 - pass));
    expect(selectCycles).toBe(36_352);
  });

  it("takes about the cycles that the official latency model has as its means", () => {
    const random = createRandom(8);
    const engine = new TopKEngine();
    const meanCycles = (n: number, k: number): number => {
      let cycles = 0;
      for (let run = 0; run < 300; run++) {
        const values = Float64Array.from({ length: n }, () => random.next());
        cycles += engine.run(values, k, randomPivots(random)).selectCycles;
      }
      return cycles / 300;
    };
    // Means over 100 draws, hardware reference: 268, 208, 184, 125, 77, 53, 37.
    expect(Math.abs(meanCycles(1024, 512) - 268)).toBeLessThan(20);
    expect(Math.abs(meanCycles(1024, 128) - 208)).toBeLessThan(20);
    expect(Math.abs(meanCycles(512, 64) - 125)).toBeLessThan(12);
    expect(Math.abs(meanCycles(64, 32) - 37)).toBeLessThan(4);
  });

  it("passes by where all or none stay, and refuses what it cannot hold or compare", () => {
    const engine = new TopKEngine();
    expect(engine.run([3, 1, 2], 3, firstPivots)).toMatchObject({
      filterCycles: 1,
      loadCycles: 0,
      passes: [],
    });
    expect(engine.run([3, 1, 2], 0, firstPivots).kept).toEqual(new Int32Array(0));
    expect(() => engine.run(new Float64Array(1025), 4, firstPivots)).toThrow(
      "1025 elements; expected at most 1024",
    );
    expect(() => engine.run([1, Number.NaN], 1, firstPivots)).toThrow("element 1 is not a number");
    expect(() => engine.run([1], 2, firstPivots)).toThrow("k is out of range");
    expect(() => new TopKEngine({ comparatorCountPerArray: 0 })).toThrow("comparatorCountPerArray");
  });
});

import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { fifoReference } from "./fifo.reference.ts";
import { Fifo } from "./fifo.ts";

describe("a FIFO with a registered output", () => {
  it("equals its twin on 10,000 random runs, whichever end is evaluated first", () => {
    const random = createRandom(1);
    for (let run = 0; run < 10_000; run++) {
      const depth = 1 + random.integer(5);
      const cycles = Array.from({ length: 30 }, () => ({
        pushes: random.next() < 0.6,
        pops: random.next() < 0.5,
      }));
      const fifo = new Fifo<number>({ depth });
      let next = 0;
      const popped = cycles.map(({ pushes, pops }) => {
        const push = () => {
          if (pushes && fifo.canPush) fifo.push(next++);
        };
        const isPushFirst = random.next() < 0.5;
        if (isPushFirst) push();
        const item = pops && fifo.canPop ? fifo.pop() : undefined;
        if (!isPushFirst) push();
        fifo.endCycle();
        return item;
      });
      const expected = fifoReference(depth, cycles);
      if (popped.some((item, cycle) => item !== expected[cycle])) {
        expect(popped, `depth ${depth}`).toEqual(expected);
      }
      const { pushes, pops, highestFill } = fifo.events;
      expect(pushes - pops).toBe(fifo.fill);
      expect(highestFill).toBeLessThanOrEqual(depth);
    }
  });

  it("shows what was pushed in the next cycle, and room that was freed in the next cycle", () => {
    const fifo = new Fifo<string>({ depth: 1 });
    fifo.push("a");
    expect([fifo.canPop, fifo.canPush, fifo.head]).toEqual([false, false, undefined]);
    fifo.endCycle();
    expect([fifo.pop(), fifo.canPush, fifo.canPop]).toEqual(["a", false, false]);
    fifo.endCycle();
    expect([fifo.canPush, fifo.canPop]).toEqual([true, false]);
  });

  it("refuses a depth of 0, and a push or pop against its handshake", () => {
    expect(() => new Fifo({ depth: 0 })).toThrow(
      "depth: invalid FIFO; got 0; expected a number from 1 to 1048576",
    );
    const fifo = new Fifo({ depth: 1 });
    expect(() => fifo.pop()).toThrow("nothing");
    fifo.push(1);
    expect(() => fifo.push(2)).toThrow("cannot take");
  });
});

import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { LaneFifo } from "./lane-fifo.ts";

describe("a FIFO of lanes", () => {
  it("keeps the order of items and its capacity in items, in any order of evaluation (10,000 runs)", () => {
    const random = createRandom(31);
    for (let run = 0; run < 10_000; run++) {
      const laneCount = 1 + random.integer(6);
      const fifo = new LaneFifo<number>({ laneCount, depthLines: 1 + random.integer(4) });
      const popped: number[] = [];
      let pushed = 0;
      for (let cycle = 0; cycle < 20; cycle++) {
        const room = fifo.capacityItems - fifo.fill;
        const pushCount = Math.min(random.integer(laneCount + 1), room);
        const popCount = Math.min(random.integer(laneCount + 1), fifo.fill);
        const fillAtStart = fifo.fill;
        const push = () => fifo.push(Array.from({ length: pushCount }, (_, lane) => pushed + lane));
        const isPushFirst = random.next() < 0.5;
        if (isPushFirst) push();
        popped.push(...fifo.pop(popCount));
        if (!isPushFirst) push();
        expect(fifo.fill).toBe(fillAtStart);
        fifo.endCycle();
        pushed += pushCount;
        expect(fifo.fill).toBe(fillAtStart + pushCount - popCount);
      }
      if (popped.some((item, place) => item !== place)) expect.fail(`run ${run}: ${popped}`);
      expect(fifo.events).toMatchObject({ pushes: pushed, pops: popped.length });
    }
  });

  it("refuses what does not fit a line or the FIFO, and what is not there", () => {
    const fifo = new LaneFifo<number>({ laneCount: 2, depthLines: 1 });
    expect(() => fifo.push([1, 2, 3])).toThrow("push of 3 items");
    fifo.push([1, 2]);
    expect(() => fifo.pop(1)).toThrow("pop of 1 items from a lane FIFO that holds 0");
    fifo.endCycle();
    expect(() => fifo.push([3])).toThrow("that holds 2");
    fifo.clear();
    expect(fifo.fill).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { bufferReference } from "./operand-buffer.reference.ts";
import { type Allocation, OperandBuffer } from "./operand-buffer.ts";
import { linesOfRows, operandBuffering, rowsPerLine } from "./operand-layout.ts";
import { countedCycles } from "./unit-counters.ts";

describe("the K and V buffers", () => {
  const table1 = new OperandBuffer().parameters;

  it("hold 256 lines of 8 rows at Table I: 1024 keys beside 1024 others, 2048 alone", () => {
    expect(new OperandBuffer().capacityLines).toBe(256);
    expect(rowsPerLine(table1, 64)).toBe(8);
    expect([1024, 1025, 2048, 2049].map((rows) => operandBuffering(table1, 64, rows))).toEqual([
      "double",
      "single",
      "single",
      "streamed",
    ]);
    // 80 does not divide 512: six rows and 32 elements of padding.
    expect(rowsPerLine(table1, 80)).toBe(6);
    expect(linesOfRows(table1, 80, 13)).toBe(3);
    expect(() => rowsPerLine(table1, 513)).toThrow("512 for rows of 513 elements; expected at least 513");
  });

  it("equals its twin on 10,000 random runs of allocations and releases, in any order of evaluation", () => {
    const random = createRandom(17);
    for (let run = 0; run < 10_000; run++) {
      const capacity = 4 + random.integer(12);
      const maximumAllocationCount = 1 + random.integer(5);
      const buffer = new OperandBuffer({
        sramBytes: capacity * 12,
        lineElements: 8,
        maximumAllocationCount,
      });
      expect(buffer.capacityLines).toBe(capacity);
      const allocations: (Allocation | undefined)[] = [];
      const live = new Set<number>();
      const cycles = Array.from({ length: 30 }, () => {
        const lineCount = random.next() < 0.6 ? 1 + random.integer(capacity) : undefined;
        const candidates = [...live];
        const released =
          candidates.length > 0 && random.next() < 0.5
            ? candidates[random.integer(candidates.length)]
            : undefined;
        const steps = [
          () => {
            if (lineCount !== undefined) allocations.push(buffer.allocate(lineCount));
          },
          () => {
            if (released !== undefined) buffer.release(allocations[released]!);
          },
        ];
        if (random.next() < 0.5) steps.reverse();
        for (const step of steps) step();
        buffer.endCycle();
        if (released !== undefined) live.delete(released);
        if (lineCount !== undefined && allocations.at(-1) !== undefined) live.add(allocations.length - 1);
        return { lineCount, released };
      });
      const places = allocations.map((allocation) => allocation?.firstLine ?? -1);
      const expected = bufferReference(capacity, maximumAllocationCount, cycles);
      if (places.some((place, ordinal) => place !== expected[ordinal])) expect(places).toEqual(expected);
      expect(countedCycles(buffer.counters)).toBe(30);
    }
  });

  it("shows written lines in the next cycle, and refuses reads before and writes beyond", () => {
    const buffer = new OperandBuffer();
    const allocation = buffer.allocate(2)!;
    buffer.endCycle();
    buffer.write(allocation, 1);
    expect(() => buffer.read(allocation, 0)).toThrow("before it was written");
    buffer.endCycle();
    buffer.read(allocation, 0);
    expect(() => buffer.write(allocation, 2)).toThrow("past a matrix");
    expect(() => buffer.allocate(257)).toThrow("got 257 lines; expected at most 256");
    expect(() => new OperandBuffer({ sramBytes: 100 })).toThrow("got 100; expected at least 768");
  });

  it("lets a line be read exactly from the cycle after its write on, on 10,000 random matrices", () => {
    const random = createRandom(30);
    const buffer = new OperandBuffer({ sramBytes: 12 * 20, lineElements: 8 });
    for (let run = 0; run < 10_000; run++) {
      const lineCount = 1 + random.integer(10);
      const allocation = buffer.allocate(lineCount)!;
      buffer.endCycle();
      const writeCycles: number[] = [];
      for (let cycle = 0; writeCycles.length < lineCount; cycle++) {
        const line = random.integer(lineCount);
        const isThere = (writeCycles[line] ?? cycle) < cycle;
        const count = Math.min(random.integer(3), lineCount - writeCycles.length);
        const read = () => {
          if (isThere) buffer.read(allocation, line);
          else expect(() => buffer.read(allocation, line)).toThrow("before it was written");
        };
        const isReadFirst = random.next() < 0.5;
        if (isReadFirst) read();
        buffer.write(allocation, count);
        if (!isReadFirst) read();
        for (let written = 0; written < count; written++) writeCycles.push(cycle);
        buffer.endCycle();
      }
      buffer.release(allocation);
      buffer.endCycle();
      expect(buffer.usedLines).toBe(0);
    }
  });
});

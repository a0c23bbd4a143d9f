import { describe, expect, it } from "vitest";
import { DelayedFifo } from "./delayed-fifo.ts";
import { ShiftRegisters } from "./shift-registers.ts";
import { SkidRegister } from "./skid-register.ts";

describe("F(d)", () => {
  it("shows an item two cycles after its push", () => {
    const fifo = new DelayedFifo(4);
    fifo.push(7, 10);
    expect([fifo.peek(11), fifo.peek(12)]).toEqual([-1, 7]);
  });

  it("shows earlier items while the newest is still on its way", () => {
    const fifo = new DelayedFifo(4);
    fifo.push(7, 10);
    fifo.push(8, 11);
    expect(fifo.peek(12)).toBe(7);
    fifo.pop(12);
    expect([fifo.peek(12), fifo.peek(13)]).toEqual([-1, 8]);
  });

  it("frees a place for the cycle after a pop only", () => {
    const fifo = new DelayedFifo(2);
    fifo.push(1, 0);
    fifo.push(2, 1);
    expect(fifo.hasRoom(5)).toBe(false);
    fifo.pop(5);
    expect([fifo.hasRoom(5), fifo.hasRoom(6)]).toEqual([false, true]);
  });
});

describe("S+R", () => {
  it("holds two items, and takes the next in the cycle after the skid has emptied", () => {
    const register = new SkidRegister();
    register.take(1);
    register.settle();
    expect([register.item, register.canTake]).toEqual([1, true]);
    register.take(2);
    register.settle();
    expect([register.item, register.canTake]).toEqual([1, false]);
    register.item = -1;
    expect(register.canTake).toBe(false);
    register.settle();
    expect([register.item, register.canTake]).toEqual([2, true]);
  });

  it("passes one item a cycle when the sink takes each", () => {
    const register = new SkidRegister();
    for (let item = 0; item < 5; item++) {
      register.item = -1;
      register.take(item);
      register.settle();
      expect(register.item).toBe(item);
      expect(register.canTake).toBe(true);
    }
  });
});

describe("registers that move together", () => {
  it("keep gaps, and show an item after as many shifts as there are registers", () => {
    const registers = new ShiftRegisters(3);
    const shown = [5, -1, 6, -1, -1, -1].map((item) => {
      registers.shift(item);
      return registers.last;
    });
    expect(shown).toEqual([-1, -1, 5, -1, 6, -1]);
    expect(registers.isEmpty).toBe(true);
  });
});

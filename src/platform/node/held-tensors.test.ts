import { describe, expect, it } from "vitest";
import type { RuntimeTensors } from "../../base/onnx-runtime.ts";
import { createHoldings, type Holding } from "./held-tensors.ts";

const tensorsOf = (value: number): RuntimeTensors => ({
  x: { type: "float32", data: Float32Array.of(value), shape: [1] },
});
const valueIn = (tensors: RuntimeTensors) => tensors.x!.data[0];

/** A side that keeps what it is sent, and answers with it. */
function keepingSide() {
  const kept = new Map<number, RuntimeTensors>();
  const sent: boolean[] = [];
  const side = {
    run: async ({ number, tensors }: Holding) => {
      sent.push(tensors !== undefined);
      if (tensors !== undefined) kept.set(number, tensors);
      return kept.get(number)!;
    },
    takeBack: async (number: number) => {
      const tensors = kept.get(number);
      kept.delete(number);
      if (tensors === undefined) throw new Error("lost");
      return tensors;
    },
    forget: async (number: number) => kept.delete(number),
  };
  return { side, kept, sent };
}

describe("tensors that are held elsewhere", () => {
  it("are sent once, and come back when they are wanted", async () => {
    const { side, kept, sent } = keepingSide();
    const held = createHoldings(side).hold(tensorsOf(7));
    for (let run = 0; run < 3; run++) expect(await held.run({})).toEqual(tensorsOf(7));
    expect(sent).toEqual([true, false, false]);
    expect(valueIn(await held.takeBack())).toBe(7);
    expect(kept.size).toBe(0);
  });

  it("stay four at a time: others come back, and go again with their next run", async () => {
    const { side, kept, sent } = keepingSide();
    const holdings = createHoldings(side);
    const held = Array.from({ length: 6 }, (_, value) => holdings.hold(tensorsOf(value)));
    for (let round = 0; round < 2; round++) {
      for (const [value, one] of held.entries()) {
        expect(valueIn((await one.run({})) as RuntimeTensors)).toBe(value);
        expect(kept.size).toBeLessThanOrEqual(4);
      }
    }
    expect(sent.every((isSent) => isSent)).toBe(true);
    await holdings.takeAllBack();
    expect(kept.size).toBe(0);
    for (const [value, one] of held.entries()) expect(valueIn(await one.takeBack())).toBe(value);
  });

  it("that are lost say so to whoever uses them, and to nobody else", async () => {
    const { side, kept } = keepingSide();
    const holdings = createHoldings(side);
    const held = holdings.hold(tensorsOf(1));
    await held.run({});
    kept.clear();
    await holdings.takeAllBack();
    await expect(held.takeBack()).rejects.toThrow("lost");
    await expect(held.run({})).rejects.toThrow("lost");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLayerStore } from "./layer-store.ts";
import { applyEdits } from "./row-journal.ts";

const [HEADS, ROWS, DIMENSION] = [2, 5, 3];
const slot = fc.nat(ROWS - 1);
const actions = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("write" as const), head: fc.nat(HEADS - 1), slot, value: fc.nat(1000) }),
    fc.record({ kind: fc.constant("move" as const), head: fc.nat(HEADS - 1), slot, to: slot }),
    fc.record({ kind: fc.constant("run" as const) }),
  ),
  { maxLength: 40 },
);

describe("a store that an engine keeps", () => {
  it("is the store at home, once it is told what changed", () => {
    fc.assert(
      fc.property(actions, (list) => {
        const [home, kept] = [0, 1].map(() => {
          const store = createLayerStore(HEADS, DIMENSION, "values");
          store.reserve(ROWS);
          return store;
        });
        const { keys, values } = kept!.lend();
        const elsewhere = { keys: keys as Float32Array, values: values as Float32Array };
        kept!.keep();
        for (const action of list) {
          if (action.kind === "run") {
            applyEdits(kept!.again(), DIMENSION, elsewhere);
            expect(() => kept!.capacity()).toThrow("while an engine works on it");
            kept!.keep();
            expect(elsewhere.keys).toEqual(home!.numbers().keys);
          } else {
            expect(() => kept!.numbers()).toThrow("while an engine works on it");
            for (const store of [home!, kept!]) {
              if (action.kind === "move") store.move(action.head, action.slot, action.to);
              else {
                const key = Float32Array.of(action.value, 1, 2);
                store.write(action.head, action.slot, { numbers: key }, { numbers: key.map((x) => -x) });
              }
            }
          }
        }
        kept!.takeBack(elsewhere);
        expect(kept!.numbers()).toEqual(home!.numbers());
        expect(kept!.allocatedBytes()).toBe(home!.allocatedBytes());
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenImportanceReference } from "./token-importance.reference.ts";
import { addTokenImportance } from "./token-importance.ts";

const sizes = { heads: fc.nat(4), queries: fc.nat(5), keys: fc.nat(6) };
const cases = fc.record(sizes).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    probabilities: fc.float32Array({
      minLength: shape.heads * shape.queries * shape.keys,
      maxLength: shape.heads * shape.queries * shape.keys,
      noNaN: true,
      noDefaultInfinity: true,
      min: 0,
      max: 1,
    }),
    before: fc.float64Array({ minLength: shape.keys, maxLength: shape.keys, noNaN: true, min: 0, max: 100 }),
  }),
);

describe("token importance", () => {
  it("equals the column sums, bit for bit", () => {
    fc.assert(
      fc.property(cases, ({ shape, probabilities, before }) => {
        const importance = before.slice();
        addTokenImportance(importance, probabilities, shape);
        expect([...importance]).toEqual(tokenImportanceReference([...before], [...probabilities], shape));
      }),
    );
  });

  it("adds one for each query of each head in all", () => {
    const importance = new Float64Array(2);
    addTokenImportance(importance, Float32Array.of(0.25, 0.75, 0.5, 0.5), { heads: 1, queries: 2, keys: 2 });
    expect([...importance]).toEqual([0.75, 1.25]);
  });

  it("refuses lengths that do not fit", () => {
    const shape = { heads: 1, queries: 1, keys: 2 };
    expect(() => addTokenImportance(new Float64Array(3), new Float32Array(2), shape)).toThrow(
      "importance has the wrong length; got 3; expected 2",
    );
    expect(() => addTokenImportance(new Float64Array(2), new Float32Array(3), shape)).toThrow(
      "probabilities",
    );
    expect(() =>
      addTokenImportance(new Float64Array(2), new Float32Array(2), { ...shape, heads: 0.5 }),
    ).toThrow("heads is out of range");
  });
});

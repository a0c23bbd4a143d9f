import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headImportanceReference } from "./head-importance.reference.ts";
import { addHeadImportance } from "./head-importance.ts";

const cases = fc.record({ heads: fc.nat(4), queries: fc.nat(5), dimension: fc.nat(6) }).chain((shape) => {
  const length = shape.heads * shape.queries * shape.dimension;
  return fc.record({
    shape: fc.constant(shape),
    outputs: fc.float32Array({ minLength: length, maxLength: length, noNaN: true, noDefaultInfinity: true }),
    before: fc.float64Array({
      minLength: shape.heads,
      maxLength: shape.heads,
      noNaN: true,
      min: 0,
      max: 100,
    }),
  });
});

describe("head importance", () => {
  it("equals the sums of absolute values, bit for bit", () => {
    fc.assert(
      fc.property(cases, ({ shape, outputs, before }) => {
        const importance = before.slice();
        addHeadImportance(importance, outputs, shape);
        expect([...importance]).toEqual(headImportanceReference([...before], [...outputs], shape));
      }),
    );
  });

  it("does not let signs cancel", () => {
    const importance = Float64Array.of(1, 0);
    addHeadImportance(importance, Float32Array.of(1, -1, 0.5, 0), { heads: 2, queries: 1, dimension: 2 });
    expect([...importance]).toEqual([3, 0.5]);
  });

  it("refuses lengths that do not fit", () => {
    const shape = { heads: 2, queries: 1, dimension: 2 };
    expect(() => addHeadImportance(new Float64Array(1), new Float32Array(4), shape)).toThrow("importance");
    expect(() => addHeadImportance(new Float64Array(2), new Float32Array(5), shape)).toThrow("head outputs");
  });
});

import { expect, test } from "vitest";
import { parsePlan } from "../pruning/plan.ts";
import { type Arithmetic, requireArithmetic } from "./arithmetic.ts";
import { referenceEngine } from "./engines/engine.ts";

const none = parsePlan({ name: "none", source: "test" });

test("the reference engine computes in both arithmetics, one that says nothing in float32 alone", () => {
  requireArithmetic(referenceEngine, "spatten", none);
  requireArithmetic({ id: "onnx" }, "float32", none);
  expect(() => requireArithmetic({ id: "onnx" }, "spatten", none)).toThrow(
    expect.objectContaining({
      code: "missing-engine",
      message:
        'engine "onnx" has no arithmetic "spatten" (the reference engine computes in the machine\'s number formats)',
    }),
  );
});

test("a wrong name and a width of no converter are refused before anything runs", () => {
  expect(() => requireArithmetic(referenceEngine, "spaten" as Arithmetic, none)).toThrow(
    'unknown arithmetic "spaten" (did you mean "spatten"?)',
  );
  const static16 = { kind: "static", queryBits: 16, keyBits: 8, valueBits: 8 };
  const wide = parsePlan({ name: "wide", source: "test", quantization: static16 });
  requireArithmetic(referenceEngine, "float32", wide);
  expect(() => requireArithmetic(referenceEngine, "spatten", wide)).toThrow(
    "plan wide at quantization: the machine has no such number format; got 16 bits; expected 4, 6, 8, 10, 12",
  );
});

import { expect, test } from "vitest";
import { readSafetensors } from "../../base/tensor-file/safetensors.ts";
import { writeSafetensors } from "../../base/tensor-file/safetensors-writer.ts";
import { float32Tensor } from "../../base/tensor-file/tensor-values.ts";
import { takeTensors } from "./tensor-set.ts";
import { safetensorsSource, type TensorSource } from "./tensor-source.ts";

function sourceOf(tensors: Record<string, readonly number[]>): TensorSource {
  const views = Object.entries(tensors).map(([name, values]) =>
    float32Tensor(name, [values.length], new Float32Array(values)),
  );
  return safetensorsSource("model", [
    { fileName: "model.safetensors", file: readSafetensors(writeSafetensors(views), "model") },
  ]);
}

test("the expected tensors come out, and those to be ignored do not", () => {
  const source = sourceOf({ weight: [1, 2], bias: [3], "buffer.mask": [0] });
  const taken = takeTensors(
    source,
    new Map([
      ["weight", [2]],
      ["bias", [1]],
    ]),
    { ignorePrefixes: ["buffer."] },
  );
  expect([...taken]).toEqual([
    ["weight", new Float32Array([1, 2])],
    ["bias", new Float32Array([3])],
  ]);
});

test("everything that is wrong is told at once", () => {
  const source = sourceOf({ weight: [1, 2], scale: [1], offset: [2] });
  const expected = new Map([
    ["weight", [1, 2]],
    ["bias", [1]],
    ["norm", [1]],
  ]);
  expect(() => takeTensors(source, expected)).toThrow(
    expect.objectContaining({
      code: "checkpoint",
      message:
        "model: the tensors are not those of this model; got 2 missing: bias, norm; 2 unexpected: offset, scale; " +
        "1 of another shape: weight has (2) and should have (1, 2) (does config.json belong to these weights?)",
    }),
  );
});

test("a list of names ends somewhere", () => {
  const expected = new Map(Array.from({ length: 150 }, (_, index) => [`w${index}`, [1]] as const));
  expect(() => takeTensors(sourceOf({}), expected)).toThrow("w98, w99 and 50 more");
});

test.each([
  [[1, Number.NaN], 1, "NaN"],
  [[Number.NEGATIVE_INFINITY, 0], 0, "-Infinity"],
  [[3e38, 3e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 2, "Infinity"],
])("the weights %j are not finite", (values, index, got) => {
  expect(() => takeTensors(sourceOf({ w: values }), new Map([["w", [values.length]]]))).toThrow(
    `model: tensor "w", element ${index}: a weight is not a finite number; got ${got}`,
  );
});

test("large finite weights are let pass", () => {
  const values = [3e38, 3e38, 3e38, -3e38];
  expect(takeTensors(sourceOf({ w: values }), new Map([["w", [4]]])).get("w")).toEqual(
    new Float32Array(values),
  );
});

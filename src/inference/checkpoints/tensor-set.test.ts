import { expect, test } from "vitest";
import { readSafetensors } from "../../base/tensor-file/safetensors.ts";
import { writeSafetensors } from "../../base/tensor-file/safetensors-writer.ts";
import { float32Tensor, toFloat32 } from "../../base/tensor-file/tensor-values.ts";
import { takeTensors } from "./tensor-set.ts";
import { type TensorSource, tensorSource } from "./tensor-source.ts";

function sourceOf(tensors: Record<string, readonly number[]>): TensorSource {
  const views = Object.entries(tensors).map(([name, values]) =>
    float32Tensor(name, [values.length], new Float32Array(values)),
  );
  const { tensors: read } = readSafetensors(writeSafetensors(views), "model");
  return tensorSource("model", [
    {
      fileName: "model.safetensors",
      shapes: new Map([...read].map(([name, { shape }]) => [name, shape])),
      readFloat32: async (name) => toFloat32(read.get(name)!),
    },
  ]);
}

test("the expected tensors come out, and those to be ignored do not", async () => {
  const source = sourceOf({ weight: [1, 2], bias: [3], "buffer.mask": [0] });
  const taken = await takeTensors(
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

test("everything that is wrong is told at once", async () => {
  const source = sourceOf({ weight: [1, 2], scale: [1], offset: [2] });
  const expected = new Map([
    ["weight", [1, 2]],
    ["bias", [1]],
    ["norm", [1]],
  ]);
  await expect(takeTensors(source, expected)).rejects.toThrow(
    expect.objectContaining({
      code: "checkpoint",
      message:
        "model: the tensors are not those of this model; got 2 missing: bias, norm; 2 unexpected: offset, scale; " +
        "1 of another shape: weight has (2) and should have (1, 2) (does config.json belong to these weights?)",
    }),
  );
});

test("a list of names ends somewhere", async () => {
  const expected = new Map(Array.from({ length: 150 }, (_, index) => [`w${index}`, [1]] as const));
  await expect(takeTensors(sourceOf({}), expected)).rejects.toThrow("w98, w99 and 50 more");
});

test.each([
  [[1, Number.NaN], 1, "NaN"],
  [[Number.NEGATIVE_INFINITY, 0], 0, "-Infinity"],
  [[3e38, 3e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 2, "Infinity"],
])("the weights %j are not finite", async (values, index, got) => {
  await expect(takeTensors(sourceOf({ w: values }), new Map([["w", [values.length]]]))).rejects.toThrow(
    `model: tensor "w", element ${index}: a weight is not a finite number; got ${got}`,
  );
});

test("large finite weights are let pass", async () => {
  const values = [3e38, 3e38, 3e38, -3e38];
  const taken = await takeTensors(sourceOf({ w: values }), new Map([["w", [4]]]));
  expect(taken.get("w")).toEqual(new Float32Array(values));
});

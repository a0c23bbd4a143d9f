import { describe, expect, it } from "vitest";
import { withoutSpinning } from "../../../test/support/onnx-plans.ts";
import type { RuntimeTensors } from "../../base/onnx-runtime.ts";
import { createRandom } from "../../base/random.ts";
import { wholeBytes, writeOnnx } from "../../graph/write-onnx.ts";
import { onnxRuntimeInNode } from "../../platform/node/onnx-runtime.ts";
import { benchmarks } from "../spatten/benchmarks/benchmarks.ts";
import { attentionGraph } from "./attention-graph.ts";
import { measureAttention, shapesOf } from "./measure.ts";

const shape = { headCount: 2, queryCount: 3, keyCount: 5, headDimension: 4 };

/** Attention of one head, as the paper's Algorithm 1 writes it. */
function attention(query: Float32Array, key: Float32Array, value: Float32Array): number[] {
  const { queryCount, keyCount, headDimension: width } = shape;
  const output: number[] = [];
  for (let row = 0; row < queryCount; row++) {
    const scores = Array.from({ length: keyCount }, (_, column) => {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += query[row * width + d]! * key[column * width + d]!;
      return Math.exp(sum / Math.sqrt(width));
    });
    const total = scores.reduce((sum, score) => sum + score, 0);
    for (let d = 0; d < width; d++) {
      output.push(
        scores.reduce((sum, score, column) => sum + (score / total) * value[column * width + d]!, 0),
      );
    }
  }
  return output;
}

describe("the graphs that are timed", () => {
  it.each([
    ["float32", 1e-5],
    ["int8", 0.03],
  ] as const)("compute attention in %s", async (arithmetic, tolerance) => {
    const random = createRandom(4);
    const rows = (count: number) =>
      Float32Array.from({ length: 2 * count * shape.headDimension }, () => random.next() * 2 - 1);
    const [query, key, value] = [rows(3), rows(5), rows(5)];
    const runtime = onnxRuntimeInNode("onnxruntime-node", undefined, withoutSpinning);
    const session = await runtime.createSession(
      wholeBytes(writeOnnx(attentionGraph(shape, arithmetic)).model),
    );
    const tensor = (data: Float32Array, count: number) => ({
      type: "float32" as const,
      shape: [2, count, 4],
      data: data.slice(),
    });
    const { output } = await session.run({
      query: tensor(query!, 3),
      key: tensor(key!, 5),
      value: tensor(value!, 5),
    });
    await session.release();
    const expected = [0, 1].flatMap((head) =>
      attention(
        query!.subarray(head * 12, head * 12 + 12),
        key!.subarray(head * 20, head * 20 + 20),
        value!.subarray(head * 20, head * 20 + 20),
      ),
    );
    for (const [index, figure] of expected.entries()) {
      expect(Math.abs((output!.data as Float32Array)[index]! - figure)).toBeLessThan(tolerance);
    }
  });
});

it("times each shape in both arithmetics, without the runs at either end", async () => {
  // A clock that ticks a millisecond a look, and a minute in the tenth run of each session.
  let [now, runs] = [0, 0];
  const runtime = {
    describe: async () => "none",
    createSession: async () => {
      runs = 0;
      return {
        run: async () => {
          if (++runs === 10) now += 60_000;
          return {};
        },
        runLending: async (_inputs: object, loan: RuntimeTensors) => ({ loan, outputs: {} }),
        release: async () => undefined,
      };
    },
  };
  const { times, emptyCallSeconds } = await measureAttention({
    ...{ runtime, shapes: [shape], runCount: 20, warmUpCount: 2, clock: () => now++ },
  });
  expect(times.map(({ arithmetic }) => arithmetic)).toEqual(["float32", "int8"]);
  for (const { seconds } of times) expect(seconds).toBeCloseTo(1e-3, 9);
  expect(emptyCallSeconds).toBeCloseTo(1e-3, 9);
});

it("knows the shapes of all benchmarks, each once", () => {
  const shapes = shapesOf(benchmarks);
  expect(new Set(shapes.map((row) => JSON.stringify(row))).size).toBe(shapes.length);
  expect(shapes).toContainEqual({ headCount: 12, queryCount: 11, keyCount: 11, headDimension: 64 });
  expect(shapes).toContainEqual({ headCount: 16, queryCount: 1, keyCount: 993, headDimension: 64 });
  // 11 lengths of BERT in two sizes, and two ends of GPT-2 in two.
  expect(shapes).toHaveLength(22 + 4);
});

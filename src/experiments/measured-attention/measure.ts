import { type Checkpoint, neverRest, type Progress } from "../../base/checkpoint.ts";
import type { OnnxRuntime, OnnxSession, RuntimeTensors } from "../../base/onnx-runtime.ts";
import { createRandom, type Random } from "../../base/random.ts";
import { trimmedMean } from "../../base/statistics.ts";
import { checkGraph } from "../../graph/check-graph.ts";
import { wholeBytes, writeOnnx } from "../../graph/write-onnx.ts";
import {
  type AttentionShape,
  type AttentionTimes,
  type MeasuredArithmetic,
  type MeasuredTime,
  measuredArithmetics,
} from "../../machines/this-cpu/record.ts";
import type { Benchmark } from "../spatten/benchmarks/benchmarks.ts";
import { attentionGraph } from "./attention-graph.ts";

/** As SpAtten's authors: the upper and the lower 15 % of the runs are dropped. */
export const TRIMMED_RATIO = 0.15;
/** Of a shape so small that a call of the runtime is all there is. */
const EMPTY: AttentionShape = { headCount: 1, queryCount: 1, keyCount: 1, headDimension: 1 };

export interface MeasureRequest {
  readonly runtime: OnnxRuntime;
  readonly shapes: readonly AttentionShape[];
  readonly runCount: number;
  readonly warmUpCount: number;
  /** Milliseconds since any moment. */
  readonly clock: () => number;
  readonly checkpoint?: Checkpoint;
  readonly onProgress?: (progress: Progress) => void;
}

/** The measured part of a record. @throws SpattenError `missing-engine`, `aborted`. */
export async function measureAttention(
  request: MeasureRequest,
): Promise<Pick<AttentionTimes, "emptyCallSeconds" | "times">> {
  const random = createRandom(0);
  const emptyCallSeconds = await secondsOf(request, EMPTY, "float32", random);
  const times: MeasuredTime[] = [];
  const total = request.shapes.length * measuredArithmetics.length;
  for (const shape of request.shapes) {
    for (const arithmetic of measuredArithmetics) {
      times.push({ ...shape, arithmetic, seconds: await secondsOf(request, shape, arithmetic, random) });
      request.onProgress?.({ stage: "shapes", done: times.length, total });
    }
  }
  return { emptyCallSeconds, times };
}

async function secondsOf(
  { runtime, runCount, warmUpCount, clock, checkpoint = neverRest }: MeasureRequest,
  shape: AttentionShape,
  arithmetic: MeasuredArithmetic,
  random: Random,
): Promise<number> {
  const graph = attentionGraph(shape, arithmetic);
  checkGraph(graph);
  const session: OnnxSession = await runtime.createSession(wholeBytes(writeOnnx(graph).model));
  const inputs = operandsOf(shape, random);
  const milliseconds: number[] = [];
  try {
    for (let run = -warmUpCount; run < runCount; run++) {
      const before = clock();
      await session.run(inputs);
      if (run >= 0) milliseconds.push(clock() - before);
      const rest = checkpoint();
      if (rest !== undefined) await rest;
    }
  } finally {
    await session.release();
  }
  return Math.max(Number.MIN_VALUE, trimmedMean(milliseconds, TRIMMED_RATIO)) / 1e3;
}

function operandsOf({ headCount, queryCount, keyCount, headDimension }: AttentionShape, random: Random) {
  const rows = (count: number) => ({
    type: "float32" as const,
    shape: [headCount, count, headDimension],
    data: Float32Array.from({ length: headCount * count * headDimension }, () => random.next() - 0.5),
  });
  return { query: rows(queryCount), key: rows(keyCount), value: rows(keyCount) } satisfies RuntimeTensors;
}

/** Shapes of the unpruned attention of benchmarks: of a generation, that of its first token and of its last. */
export function shapesOf(benchmarks: readonly Benchmark[]): AttentionShape[] {
  const shapes = new Map<string, AttentionShape>();
  for (const { model, assumptions } of benchmarks) {
    const value = (id: string): number => assumptions.find((row) => row.id === id)?.value ?? 0;
    const { headCount, headDimension } = model;
    const tokenCount = value("tokenCount");
    const isGeneration = model.phase === "generation";
    const keyCounts = isGeneration ? [tokenCount + 1, tokenCount + value("generatedCount")] : [tokenCount];
    for (const keyCount of keyCounts) {
      const shape = { headCount, queryCount: isGeneration ? 1 : keyCount, keyCount, headDimension };
      shapes.set(JSON.stringify(shape), shape);
    }
  }
  return [...shapes.values()];
}

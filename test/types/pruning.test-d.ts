import { describe, expectTypeOf, it } from "vitest";
import {
  addHeadImportance,
  addTokenImportance,
  createRandom,
  dequantize,
  extendRegistry,
  gather,
  gatherRows,
  type HeadOutputShape,
  joinBits,
  keepCountAtLayer,
  keepRatioAtLayer,
  keptValueCount,
  keptValues,
  lookUp,
  needsLeastSignificantBits,
  type ProbabilityShape,
  type ProgressiveInput,
  type ProgressiveResult,
  type ProtectedPositions,
  type PruningMethod,
  progressiveProbabilities,
  pruningMethods,
  type Quantized,
  type QuickSelection,
  quantize,
  quickSelectTopK,
  type Random,
  type Registry,
  type ScoreContext,
  type SplitCodes,
  selectHeads,
  selectTokens,
  softmax,
  splitBits,
  type TopKThreshold,
  topKIndices,
  topKThreshold,
  type ValuePruning,
} from "../../src/pruning/index.ts";

type Numbers = ArrayLike<number>;

describe("./pruning", () => {
  it("sums importance in float64, in place", () => {
    expectTypeOf(addTokenImportance).parameters.toEqualTypeOf<
      [importance: Float64Array, probabilities: Float32Array, shape: ProbabilityShape]
    >();
    expectTypeOf(addTokenImportance).returns.toEqualTypeOf<void>();
    expectTypeOf(addHeadImportance).parameters.toEqualTypeOf<
      [importance: Float64Array, headOutputs: Float32Array, shape: HeadOutputShape]
    >();
    const shape = { heads: 1, queries: 1, keys: 1 };
    // @ts-expect-error float32 would lose what 1,024 tokens add up to
    addTokenImportance(new Float32Array(1), new Float32Array(1), shape);
    // @ts-expect-error a plain array cannot be told from a copy
    addTokenImportance([0], new Float32Array(1), shape);
    // @ts-expect-error a shape of the other kind
    addHeadImportance(new Float64Array(1), new Float32Array(1), shape);
  });

  it("ranks anything that holds numbers and answers with positions", () => {
    expectTypeOf(topKIndices).toEqualTypeOf<(values: Numbers, k: number) => Int32Array>();
    expectTypeOf(topKThreshold).toEqualTypeOf<(values: Numbers, k: number) => TopKThreshold>();
    expectTypeOf(quickSelectTopK).toEqualTypeOf<
      (values: Numbers, k: number, random: Random) => QuickSelection
    >();
    expectTypeOf(createRandom).toEqualTypeOf<(seed: number) => Random>();
    topKIndices([1, 2], 1);
    topKIndices(new Float32Array(2), 1);
    // @ts-expect-error texts have no rank
    topKIndices(["a"], 1);
  });

  it("selects and gathers rows", () => {
    expectTypeOf(selectTokens).parameters.toEqualTypeOf<
      [scores: Numbers, positions: Numbers, keepCount: number, protect: ProtectedPositions, length: number]
    >();
    expectTypeOf(selectTokens).returns.toEqualTypeOf<Int32Array>();
    expectTypeOf(selectHeads).toEqualTypeOf<(importance: Numbers, keepCount: number) => Int32Array>();
    expectTypeOf(gatherRows).toEqualTypeOf<
      (matrix: Float32Array, columns: number, rows: Numbers) => Float32Array
    >();
    expectTypeOf(gather).toEqualTypeOf<(values: Float64Array, indices: Numbers) => Float64Array>();
    expectTypeOf(keptValues).toEqualTypeOf<(probabilities: Numbers, keepCount: number) => Int32Array>();
    expectTypeOf(keptValueCount).toEqualTypeOf<(pruning: ValuePruning, keyCount: number) => number>();
    // @ts-expect-error the fields say `Count`
    selectTokens([1], [0], 1, { first: 1, last: 0 }, 1);
  });

  it("quantizes to codes and a scale", () => {
    expectTypeOf(quantize).toEqualTypeOf<(values: Float32Array, bits: number) => Quantized>();
    expectTypeOf(dequantize).toEqualTypeOf<(codes: Int16Array, scale: number) => Float32Array>();
    expectTypeOf(splitBits).toEqualTypeOf<(codes: Int16Array, bits: number) => SplitCodes>();
    expectTypeOf(joinBits).toEqualTypeOf<(high: Int16Array, low: Uint8Array, bits: number) => Int16Array>();
    expectTypeOf<SplitCodes["leastSignificant"]>().toEqualTypeOf<Uint8Array>();
    expectTypeOf(softmax).toEqualTypeOf<(scores: Float64Array | Float32Array) => Float32Array>();
    expectTypeOf(needsLeastSignificantBits).toEqualTypeOf<
      (probabilities: Numbers, threshold: number) => boolean
    >();
    expectTypeOf(progressiveProbabilities).toEqualTypeOf<(input: ProgressiveInput) => ProgressiveResult>();
    expectTypeOf<ProgressiveResult["probabilities"]>().toEqualTypeOf<Float32Array>();
  });

  it("answers what a layer keeps with numbers", () => {
    expectTypeOf(keepRatioAtLayer).returns.toEqualTypeOf<number>();
    expectTypeOf(keepCountAtLayer).returns.toEqualTypeOf<number>();
    const counts = { kind: "counts", keepCount: [1] } as const;
    // @ts-expect-error a schedule of counts has no ratio
    keepRatioAtLayer(counts, 0, 1);
  });

  it("takes a method as a plain row", () => {
    expectTypeOf<PruningMethod["score"]>().toEqualTypeOf<(context: ScoreContext) => Float64Array>();
    expectTypeOf<ScoreContext["carried"]>().toEqualTypeOf<Float64Array>();
    expectTypeOf(pruningMethods).toEqualTypeOf<Registry<PruningMethod>>();
    expectTypeOf(lookUp(pruningMethods, "spatten", "method")).toEqualTypeOf<PruningMethod>();
    expectTypeOf(extendRegistry(pruningMethods, [], "method")).toEqualTypeOf<Registry<PruningMethod>>();
    const method = pruningMethods[0]!;
    // @ts-expect-error readonly
    method.id = "other";
    // @ts-expect-error a registry is extended by a new value
    pruningMethods.push(method);
  });
});

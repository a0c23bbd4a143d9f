import { describe, expect, it } from "vitest";
import { tinyDecoder, tinyDecoderNames } from "../../../../test/support/tiny-decoders.ts";
import { checkGraph } from "../../../graph/check-graph.ts";
import { decoderPartCount, lowerDecoderPart } from "./lower-decoder.ts";
import type { WeightFormat } from "./lowering.ts";

const formats: readonly WeightFormat[] = ["float32", "int8-narrow", "int8-full"];

describe.each(tinyDecoderNames)("the graphs of a decoder of layout %s", (name) => {
  const model = tinyDecoder(name, 1);
  const partsIn = (format: WeightFormat) =>
    Array.from({ length: decoderPartCount(model) }, (_, part) => lowerDecoderPart(model, part, format));

  it.each(formats)("in %s have standard operators of opset 17 alone", (format) => {
    for (const graph of partsIn(format)) {
      checkGraph(graph);
      expect(graph.operatorSets).toEqual([{ domain: "", version: 17 }]);
      expect(new Set(graph.nodes.map(({ domain }) => domain))).toEqual(new Set([""]));
    }
  });

  it("meet at the attentions: each takes what the one before gave, and what the heads made of it", () => {
    const { hiddenSize, headCount, keyValueHeadCount, headDimension, layerCount } = model.shape;
    const shared = keyValueHeadCount * headDimension;
    const widths = (values: readonly { readonly name: string; readonly shape: readonly unknown[] }[]) =>
      Object.fromEntries(values.map(({ name: value, shape }) => [value, shape[1]]));
    const rows = { "query-rows": headCount * headDimension, "key-rows": shared, "value-rows": shared };
    const both = { hidden: hiddenSize, context: headCount * headDimension };
    const parts = partsIn("float32").map(({ inputs, outputs }) => [widths(inputs), widths(outputs)]);
    expect(parts).toEqual([
      [{ hidden: hiddenSize }, rows],
      ...Array.from({ length: layerCount - 1 }, () => [both, { ended: hiddenSize, ...rows }]),
      [both, { states: hiddenSize }],
      [{ hidden: hiddenSize }, { logits: model.vocabularySize }],
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkGraph } from "./check-graph.ts";
import { createGraphBuilder, type GraphBuilder } from "./graph-builder.ts";
import { type ElementType, elementTypes, type OnnxModel, tensorByteLength } from "./onnx-model.ts";
import { readOnnx } from "./read-onnx.ts";
import { wholeBytes, writeOnnx, writeOnnxApart } from "./write-onnx.ts";

const text = fc.string({ unit: "grapheme", maxLength: 8 });
const whole = fc.maxSafeInteger();
const type = fc.constantFrom(...(Object.keys(elementTypes) as ElementType[]));
const value = fc.record({ name: text, type, shape: fc.array(fc.oneof(fc.nat(9), text)) });
const constant = fc
  .record({ name: text, type, shape: fc.array(fc.nat(6), { maxLength: 3 }), seed: fc.nat(255) })
  .map(({ seed, ...tensor }) => ({
    ...tensor,
    bytes: new Uint8Array(tensorByteLength(tensor.type, tensor.shape)).fill(seed),
  }));
const attribute = fc.oneof(
  fc.record({ kind: fc.constant("int" as const), value: whole }),
  fc.record({ kind: fc.constant("float" as const), value: fc.float() }),
  fc.record({ kind: fc.constant("text" as const), value: text }),
  fc.record({ kind: fc.constant("ints" as const), value: fc.array(whole) }),
);
const node = fc.record({
  ...{ name: text, operator: text, domain: text, inputs: fc.array(text), outputs: fc.array(text) },
  attributes: fc.dictionary(text, attribute, { noNullPrototype: true }),
});
const model: fc.Arbitrary<OnnxModel> = fc.record({
  ...{ irVersion: fc.nat(), producer: text, name: text },
  operatorSets: fc.array(fc.record({ domain: text, version: fc.nat() })),
  metadata: fc.dictionary(text, text, { noNullPrototype: true }),
  ...{ nodes: fc.array(node), constants: fc.array(constant, { maxLength: 5 }) },
  ...{ inputs: fc.array(value), outputs: fc.array(value), values: fc.array(value) },
});

describe("an ONNX file", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(model, (drawn) => {
        expect(readOnnx(wholeBytes(writeOnnx(drawn).model), "drawn")).toEqual(drawn);
      }),
    );
  });

  it("puts long constants into a second file past the limit, and finds them there", () => {
    const graph = createGraphBuilder("long");
    graph.tensor("short", Float32Array.of(1, 2), [2]);
    for (const name of ["a", "b"]) graph.tensor(name, new Float32Array(2000).fill(name.length), [2, 1000]);
    const built = graph.finish();
    const written = writeOnnx(built, { inlineLimitBytes: 10_000, externalFileName: "long.bin" });
    expect(written.model.byteLength).toBeLessThan(1000);
    expect(written.external!.byteLength).toBe(8192 + 8000);
    const bytes = wholeBytes(written.model);
    expect(readOnnx(bytes, "long", wholeBytes(written.external!))).toEqual(built);
    expect(() => readOnnx(bytes, "long")).toThrow("constant a lies in long.bin, which does not hold it");
  });

  it("is written apart with its larger constants as they lie in memory", () => {
    const graph = small();
    const values = new Float32Array(2000).fill(1);
    graph.tensor("long", values, [2, 1000]);
    const built = graph.finish();
    const { model, constants } = writeOnnxApart(built);
    expect(constants.map(({ path }) => path)).toEqual(["constant-0"]);
    expect(constants[0]!.data.buffer).toBe(values.buffer);
    expect(readOnnx(wholeBytes(model), "apart", constants[0]!.data)).toEqual(built);
  });

  it("is refused as such, or read, whatever happens to its bytes", () => {
    const bytes = wholeBytes(writeOnnx(small().finish()).model);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, byte, end) => {
        const broken = bytes.slice(0, end);
        if (at < end) broken[at] = byte;
        try {
          readOnnx(broken, "broken");
        } catch (error) {
          expect(error).toMatchObject({ code: "checkpoint" });
        }
      }),
      { numRuns: 500 },
    );
  });
});

function small(): GraphBuilder {
  const graph = createGraphBuilder("small");
  const x = graph.input("x", "float32", ["rows", 2]);
  const sum = graph.node("Add", [x, graph.tensor("bias", Float32Array.of(1, 2), [2])]);
  graph.output("y", sum, "float32", ["rows", 2]);
  return graph;
}

describe("the check of a graph", () => {
  it("passes a sound graph", () => {
    expect(() => checkGraph(small().finish())).not.toThrow();
  });

  it("refuses a foreign domain by name, unless it is asked for", () => {
    const graph = small();
    graph.node("Gelu", ["x"], { domain: "com.microsoft" });
    const operatorSets = [
      { domain: "", version: 17 },
      { domain: "com.microsoft", version: 1 },
    ];
    const built = graph.finish({ operatorSets });
    expect(() => checkGraph(built)).toThrow('got domain "com.microsoft"; expected the default domain');
    expect(() => checkGraph(built, { allowedDomains: ["com.microsoft"] })).not.toThrow();
    const undeclared = { ...built, operatorSets: [operatorSets[0]!] };
    expect(() => checkGraph(undeclared)).toThrow(
      "Gelu): the graph uses operators that not every runtime has",
    );
  });

  it("refuses newer operators, constants of another length, and values that nobody made or that two made", () => {
    const built = small().finish();
    const newer = { ...built, operatorSets: [{ domain: "", version: 23 }] };
    expect(() => checkGraph(newer)).toThrow("got operator set 23; expected at most 17");
    const [bias] = built.constants;
    const short = { ...built, constants: [{ ...bias!, shape: [3] }] };
    expect(() => checkGraph(short)).toThrow("small at bias, float32 (3): a constant does not fit its shape");
    const reversed = { ...built, nodes: built.nodes.toReversed() };
    expect(() => checkGraph(reversed)).toThrow("before it is made");
    const twice = { ...built, nodes: [...built.nodes, ...built.nodes] };
    expect(() => checkGraph(twice)).toThrow("twice");
    expect(() => checkGraph({ ...built, nodes: [] })).toThrow('nothing makes the output "y"');
  });
});

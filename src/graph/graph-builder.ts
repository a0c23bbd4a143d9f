import type {
  Attribute,
  ElementType,
  GraphNode,
  GraphTensor,
  GraphValue,
  OnnxModel,
  OperatorSet,
} from "./onnx-model.ts";

/** The operators of 2022, which every runtime of today has; LayerNormalization came with them. */
export const OPERATOR_SET_VERSION = 17;
/** File format of that time. */
const IR_VERSION = 8;

type AttributeValue = number | string | readonly number[];

export interface NodeOptions {
  /** Whole numbers, texts and lists of whole numbers. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Attributes that are floats. */
  readonly floats?: Readonly<Record<string, number>>;
  readonly outputCount?: number;
  /** Operators outside the default domain, for graphs that one runtime alone has to run. */
  readonly domain?: string;
}

/** A graph under construction; values are known by their names, as in the format. */
export interface GraphBuilder {
  input(name: string, type: ElementType, shape: readonly (number | string)[]): string;
  /** A constant of that name; its bytes are not copied. */
  tensor(name: string, values: TensorValues, shape: readonly number[]): string;
  /** A constant of whole numbers: a vector, the same one for equal numbers. */
  integers(values: readonly number[]): string;
  /** A constant float32 without dimensions, the same one for equal numbers. */
  float(value: number): string;
  /** A node of one output, which it names. */
  node(operator: string, inputs: readonly string[], options?: NodeOptions): string;
  nodeWithOutputs(operator: string, inputs: readonly string[], options: NodeOptions): readonly string[];
  /** Makes a value an output of the graph under a name of its own. */
  output(name: string, value: string, type: ElementType, shape: readonly (number | string)[]): void;
  /** The same builder, naming what it adds behind a prefix. */
  within(scope: string): GraphBuilder;
  finish(options?: FinishOptions): OnnxModel;
}

export interface FinishOptions {
  readonly operatorSets?: readonly OperatorSet[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export type TensorValues = Float32Array | Int8Array | Uint8Array | BigInt64Array | Int32Array;

interface Parts {
  readonly nodes: GraphNode[];
  readonly constants: Map<string, GraphTensor>;
  readonly inputs: GraphValue[];
  readonly outputs: GraphValue[];
}

/** An empty graph. */
export function createGraphBuilder(name: string): GraphBuilder {
  return builderOver({ nodes: [], constants: new Map(), inputs: [], outputs: [] }, name, "");
}

function builderOver(parts: Parts, graphName: string, prefix: string): GraphBuilder {
  const tensor: GraphBuilder["tensor"] = (name, values, shape) => {
    const full = prefix + name;
    if (!parts.constants.has(full)) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      parts.constants.set(full, { name: full, type: elementTypeOf(values), shape, bytes });
    }
    return full;
  };
  const nodeWithOutputs: GraphBuilder["nodeWithOutputs"] = (operator, inputs, options) => {
    const name = `${prefix}${operator}_${parts.nodes.length}`;
    const outputs = Array.from({ length: options.outputCount ?? 1 }, (_, index) => `${name}:${index}`);
    const { domain = "" } = options;
    parts.nodes.push({ name, operator, domain, inputs, outputs, attributes: attributesOf(options) });
    return outputs;
  };
  const shared = builderOf(parts, graphName);
  return {
    ...shared,
    tensor,
    nodeWithOutputs,
    node: (operator, inputs, options = {}) => nodeWithOutputs(operator, inputs, options)[0]!,
    within: (scope) => builderOver(parts, graphName, `${prefix}${scope}/`),
  };
}

/** What does not depend on the scope. */
function builderOf(
  parts: Parts,
  graphName: string,
): Omit<GraphBuilder, "tensor" | "node" | "nodeWithOutputs" | "within"> {
  const constant = (name: string, type: ElementType, shape: readonly number[], values: TensorValues) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    if (!parts.constants.has(name)) parts.constants.set(name, { name, type, shape, bytes });
    return name;
  };
  return {
    input: (name, type, shape) => {
      parts.inputs.push({ name, type, shape });
      return name;
    },
    integers: (values) =>
      constant(
        `integers:${values.join(",")}`,
        "int64",
        [values.length],
        BigInt64Array.from(values.map((value) => BigInt(value))),
      ),
    float: (value) => constant(`float:${value}`, "float32", [], Float32Array.of(value)),
    output: (name, value, type, shape) => {
      parts.nodes.push({
        ...{ name: `output/${name}`, operator: "Identity", domain: "" },
        ...{ inputs: [value], outputs: [name], attributes: {} },
      });
      parts.outputs.push({ name, type, shape });
    },
    finish: ({ operatorSets = [{ domain: "", version: OPERATOR_SET_VERSION }], metadata = {} } = {}) => ({
      irVersion: IR_VERSION,
      producer: "spatten",
      operatorSets,
      metadata,
      name: graphName,
      nodes: parts.nodes,
      constants: [...parts.constants.values()],
      inputs: parts.inputs,
      outputs: parts.outputs,
      values: [],
    }),
  };
}

function attributesOf({ attributes = {}, floats = {} }: NodeOptions): Record<string, Attribute> {
  const whole = Object.entries(attributes).map(([name, value]): [string, Attribute] => {
    if (typeof value === "number") return [name, { kind: "int", value }];
    return [name, typeof value === "string" ? { kind: "text", value } : { kind: "ints", value }];
  });
  const real = Object.entries(floats).map(([name, value]): [string, Attribute] => [
    name,
    { kind: "float", value },
  ]);
  return Object.fromEntries([...whole, ...real]);
}

function elementTypeOf(values: TensorValues): ElementType {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Int8Array) return "int8";
  if (values instanceof Uint8Array) return "uint8";
  return values instanceof Int32Array ? "int32" : "int64";
}

/** Element types that the graphs of this package hold, with their code in ONNX and their width. */
export const elementTypes = {
  float32: { code: 1, bytes: 4 },
  uint8: { code: 2, bytes: 1 },
  int8: { code: 3, bytes: 1 },
  int32: { code: 6, bytes: 4 },
  int64: { code: 7, bytes: 8 },
  bool: { code: 9, bytes: 1 },
} as const satisfies Record<string, { readonly code: number; readonly bytes: number }>;

export type ElementType = keyof typeof elementTypes;

/** A constant of a graph; `bytes` are its elements, little-endian, row by row. */
export interface GraphTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "ints"; readonly value: readonly number[] };

/** One operator; an empty input name is an optional input that is left out. */
export interface GraphNode {
  readonly name: string;
  readonly operator: string;
  /** Empty for the operators that every ONNX runtime has. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A named value; a dimension is a number, or a name where it is known only when the graph runs. */
export interface GraphValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

export interface OperatorSet {
  readonly domain: string;
  readonly version: number;
}

/** An ONNX model as plain data: what a file of that format holds, as far as this package writes it. */
export interface OnnxModel {
  /** Version of the file format. */
  readonly irVersion: number;
  readonly producer: string;
  readonly operatorSets: readonly OperatorSet[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly name: string;
  /** In an order in which every value is made before it is used. */
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly GraphTensor[];
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** Values in between whose shapes are told. */
  readonly values: readonly GraphValue[];
}

/** Bytes that the elements of a shape take. */
export function tensorByteLength(type: ElementType, shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, elementTypes[type].bytes);
}

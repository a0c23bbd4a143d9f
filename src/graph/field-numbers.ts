/** Field numbers of the ONNX format: onnx.proto of github.com/onnx/onnx, the messages that this package writes. */
export const fieldNumbers = {
  model: { irVersion: 1, producerName: 2, graph: 7, operatorSet: 8, metadata: 14 },
  operatorSet: { domain: 1, version: 2 },
  entry: { key: 1, value: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 },
  node: { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 },
  attribute: { name: 1, float: 2, int: 3, text: 4, ints: 8, type: 20 },
  tensor: { dimension: 1, type: 2, name: 8, raw: 9, external: 13, location: 14 },
  value: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { element: 1, shape: 2 },
  shape: { dimension: 1 },
  dimension: { size: 1, name: 2 },
} as const;

/** AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, text: 3, ints: 7 } as const;

/** TensorProto.DataLocation: the bytes lie in another file. */
export const EXTERNAL_LOCATION = 1;

/** How a field's value is laid out (Protocol Buffers, "Encoding"). */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

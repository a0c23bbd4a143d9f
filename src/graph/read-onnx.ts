import { attributeTypes, EXTERNAL_LOCATION, fieldNumbers } from "./field-numbers.ts";
import {
  type Attribute,
  type ElementType,
  elementTypes,
  type GraphNode,
  type GraphTensor,
  type GraphValue,
  type OnnxModel,
} from "./onnx-model.ts";
import { brokenMessage, type WireField, wireFields } from "./wire-reader.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A message's fields by number, each in the order in which it occurs. */
type Message = ReadonlyMap<number, readonly WireField[]>;

/**
 * The model that an ONNX file holds, as far as this package writes such files; fields that it does not know are passed
 * over. `external` is the file beside it, whole. @throws SpattenError `checkpoint` for bytes that are no model.
 */
export function readOnnx(bytes: Uint8Array, where: string, external?: Uint8Array): OnnxModel {
  const read = messageReader(where);
  const { model: at, operatorSet, graph: graphAt } = fieldNumbers;
  const model = read(bytes);
  const graphBytes = first(model, at.graph)?.bytes;
  if (graphBytes === undefined) throw brokenMessage(where, "it has no graph");
  const graph = read(graphBytes);
  const each = <Row>(number: number, from: (message: Message) => Row): Row[] =>
    all(graph, number).map((field) => from(read(field.bytes)));
  return {
    irVersion: integerOf(model, at.irVersion),
    producer: textOf(model, at.producerName),
    operatorSets: all(model, at.operatorSet).map((field) => {
      const message = read(field.bytes);
      return {
        domain: textOf(message, operatorSet.domain),
        version: integerOf(message, operatorSet.version),
      };
    }),
    metadata: entriesOf(model, at.metadata, read),
    name: textOf(graph, graphAt.name),
    nodes: each(graphAt.node, (message) => nodeFrom(message, read, where)),
    constants: each(graphAt.initializer, (message) => tensorFrom(message, read, where, external)),
    inputs: each(graphAt.input, (message) => valueFrom(message, read, where)),
    outputs: each(graphAt.output, (message) => valueFrom(message, read, where)),
    values: each(graphAt.valueInfo, (message) => valueFrom(message, read, where)),
  };
}

type Read = (bytes: Uint8Array) => Message;

function messageReader(where: string): Read {
  return (bytes) => {
    const message = new Map<number, WireField[]>();
    for (const field of wireFields(bytes, where)) {
      const fields = message.get(field.number);
      if (fields === undefined) message.set(field.number, [field]);
      else fields.push(field);
    }
    return message;
  };
}

function all(message: Message, number: number): readonly WireField[] {
  return message.get(number) ?? [];
}

function first(message: Message, number: number): WireField | undefined {
  return message.get(number)?.[0];
}

function integerOf(message: Message, number: number): number {
  return first(message, number)?.integer ?? 0;
}

function textFrom(field: WireField | undefined): string {
  if (field === undefined) return "";
  try {
    return decoder.decode(field.bytes);
  } catch {
    throw brokenMessage("name", "a text is not UTF-8");
  }
}

function textOf(message: Message, number: number): string {
  return textFrom(first(message, number));
}

function entriesOf(message: Message, number: number, read: Read): Record<string, string> {
  const { entry } = fieldNumbers;
  return Object.fromEntries(
    all(message, number).map((field) => {
      const pair = read(field.bytes);
      return [textOf(pair, entry.key), textOf(pair, entry.value)];
    }),
  );
}

function nodeFrom(message: Message, read: Read, where: string): GraphNode {
  const { node: at } = fieldNumbers;
  return {
    name: textOf(message, at.name),
    operator: textOf(message, at.operator),
    domain: textOf(message, at.domain),
    inputs: all(message, at.input).map(textFrom),
    outputs: all(message, at.output).map(textFrom),
    attributes: Object.fromEntries(
      all(message, at.attribute).map((field) => attributeFrom(read(field.bytes), where)),
    ),
  };
}

function attributeFrom(message: Message, where: string): [string, Attribute] {
  const { attribute: at } = fieldNumbers;
  const name = textOf(message, at.name);
  const type = integerOf(message, at.type);
  switch (type) {
    case attributeTypes.int:
      return [name, { kind: "int", value: integerOf(message, at.int) }];
    case attributeTypes.float:
      return [name, { kind: "float", value: floatFrom(first(message, at.float), where) }];
    case attributeTypes.text:
      return [name, { kind: "text", value: textOf(message, at.text) }];
    case attributeTypes.ints:
      return [name, { kind: "ints", value: all(message, at.ints).map(({ integer }) => integer) }];
    default:
      throw brokenMessage(where, `attribute ${name} has type ${type}, which is not read here`);
  }
}

function floatFrom(field: WireField | undefined, where: string): number {
  if (field === undefined) return 0;
  if (field.bytes.length !== 4) throw brokenMessage(where, "a float has not four bytes");
  return new DataView(field.bytes.buffer, field.bytes.byteOffset, 4).getFloat32(0, true);
}

function tensorFrom(
  message: Message,
  read: Read,
  where: string,
  external: Uint8Array | undefined,
): GraphTensor {
  const { tensor: at } = fieldNumbers;
  const name = textOf(message, at.name);
  const isExternal = integerOf(message, at.location) === EXTERNAL_LOCATION;
  const place = entriesOf(message, at.external, read);
  const inline = first(message, at.raw)?.bytes ?? new Uint8Array(0);
  return {
    name,
    type: elementTypeOf(integerOf(message, at.type), where),
    shape: all(message, at.dimension).map(({ integer }) => integer),
    bytes: isExternal ? outside(name, place, where, external) : inline,
  };
}

function outside(
  name: string,
  place: Record<string, string>,
  where: string,
  external: Uint8Array | undefined,
): Uint8Array {
  const [start, length] = [Number(place.offset ?? "0"), Number(place.length)];
  const isInside = external !== undefined && start >= 0 && length >= 0 && start + length <= external.length;
  if (isInside) return external.subarray(start, start + length);
  throw brokenMessage(where, `constant ${name} lies in ${place.location}, which does not hold it`);
}

function elementTypeOf(code: number, where: string): ElementType {
  const found = Object.entries(elementTypes).find(([, row]) => row.code === code);
  if (found === undefined) throw brokenMessage(where, `element type ${code} is not read here`);
  return found[0] as ElementType;
}

function valueFrom(message: Message, read: Read, where: string): GraphValue {
  const { value: at, type, tensorType, shape, dimension } = fieldNumbers;
  const inside = (outer: Message, number: number): Message =>
    read(first(outer, number)?.bytes ?? new Uint8Array(0));
  const tensor = inside(inside(message, at.type), type.tensor);
  return {
    name: textOf(message, at.name),
    type: elementTypeOf(integerOf(tensor, tensorType.element), where),
    shape: all(inside(tensor, tensorType.shape), shape.dimension).map((field) => {
      const size = read(field.bytes);
      return first(size, dimension.name) === undefined
        ? integerOf(size, dimension.size)
        : textOf(size, dimension.name);
    }),
  };
}

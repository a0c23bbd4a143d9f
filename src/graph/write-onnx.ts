import { attributeTypes, EXTERNAL_LOCATION, fieldNumbers } from "./field-numbers.ts";
import {
  type Attribute,
  elementTypes,
  type GraphNode,
  type GraphTensor,
  type GraphValue,
  type OnnxModel,
} from "./onnx-model.ts";
import {
  bytesField,
  floatField,
  integerField,
  joined,
  messageField,
  type Pieces,
  textField,
} from "./wire-writer.ts";

export interface WriteOptions {
  /** Name of the file that takes the constants once the model itself would be too long, beside it. */
  readonly externalFileName?: string | undefined;
  /** Longest model that is written as one file. */
  readonly inlineLimitBytes?: number | undefined;
}

/** An ONNX file, and the one beside it that holds the constants where there is one. */
export interface WrittenModel {
  readonly model: Pieces;
  readonly external?: Pieces;
}

/** A graph whose larger constants lie outside, as many runtimes take them; these are the constants' own bytes. */
export interface WrittenApart {
  readonly model: Pieces;
  readonly constants: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** Protocol Buffers end at 2 GiB; a margin for everything that is no constant. */
const INLINE_LIMIT_BYTES = 2 ** 31 - 2 ** 20;
/** Smaller constants stay in the model: runtimes want to see shapes and axes without a second file. */
const SMALLEST_EXTERNAL_BYTES = 1024;
/** Offsets that a runtime can map into memory, as the format recommends. */
const EXTERNAL_ALIGNMENT_BYTES = 4096;

/** The bytes of an ONNX file in pieces; constants are not copied, and lie beside it past the limit. */
export function writeOnnx(model: OnnxModel, options: WriteOptions = {}): WrittenModel {
  const { inlineLimitBytes = INLINE_LIMIT_BYTES, externalFileName = "weights.bin" } = options;
  const constantBytes = model.constants.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const external = constantBytes > inlineLimitBytes ? emptyFile() : undefined;
  const place = external && ((bytes: Uint8Array) => placedIn(external, externalFileName, bytes));
  const constants = model.constants.map((tensor) => tensorMessage(tensor, place));
  const written = modelMessage(model, constants);
  return external === undefined ? { model: written } : { model: written, external };
}

/** The bytes of a graph without its larger constants, and each of those under a path of its own; none is copied. */
export function writeOnnxApart(model: OnnxModel): WrittenApart {
  const outside: { path: string; data: Uint8Array }[] = [];
  const place = (data: Uint8Array): Place => {
    const path = `constant-${outside.length}`;
    outside.push({ path, data });
    return { location: path, offset: "0", length: String(data.length) };
  };
  const constants = model.constants.map((tensor) => tensorMessage(tensor, place));
  return { model: modelMessage(model, constants), constants: outside };
}

/** Pieces as one array. */
export function wholeBytes({ byteLength, parts }: Pieces): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** Where the format says that a constant lies. */
interface Place extends Readonly<Record<string, string>> {
  readonly location: string;
  readonly offset: string;
  readonly length: string;
}

interface ExternalFile {
  byteLength: number;
  readonly parts: Uint8Array[];
}

function emptyFile(): ExternalFile {
  return { byteLength: 0, parts: [] };
}

function modelMessage(model: OnnxModel, constants: readonly Pieces[]): Pieces {
  const { model: at, operatorSet, entry } = fieldNumbers;
  return joined([
    integerField(at.irVersion, model.irVersion),
    textField(at.producerName, model.producer),
    messageField(at.graph, graphFields(model, constants)),
    ...model.operatorSets.map(({ domain, version }) =>
      messageField(at.operatorSet, [
        textField(operatorSet.domain, domain),
        integerField(operatorSet.version, version),
      ]),
    ),
    ...Object.entries(model.metadata).map(([key, value]) =>
      messageField(at.metadata, [textField(entry.key, key), textField(entry.value, value)]),
    ),
  ]);
}

function graphFields(model: OnnxModel, constants: readonly Pieces[]): Pieces[] {
  const { graph: at } = fieldNumbers;
  return [
    ...model.nodes.map((node) => messageField(at.node, nodeFields(node))),
    textField(at.name, model.name),
    ...constants.map((constant) => messageField(at.initializer, [constant])),
    ...model.inputs.map((value) => messageField(at.input, valueFields(value))),
    ...model.outputs.map((value) => messageField(at.output, valueFields(value))),
    ...model.values.map((value) => messageField(at.valueInfo, valueFields(value))),
  ];
}

function nodeFields(node: GraphNode): Pieces[] {
  const { node: at } = fieldNumbers;
  return [
    ...node.inputs.map((name) => textField(at.input, name)),
    ...node.outputs.map((name) => textField(at.output, name)),
    textField(at.name, node.name),
    textField(at.operator, node.operator),
    ...Object.entries(node.attributes).map(([name, attribute]) =>
      messageField(at.attribute, attributeFields(name, attribute)),
    ),
    ...(node.domain === "" ? [] : [textField(at.domain, node.domain)]),
  ];
}

function attributeFields(name: string, attribute: Attribute): Pieces[] {
  const { attribute: at } = fieldNumbers;
  return [
    textField(at.name, name),
    ...attributeValue(attribute),
    integerField(at.type, attributeTypes[attribute.kind]),
  ];
}

function attributeValue(attribute: Attribute): Pieces[] {
  const { attribute: at } = fieldNumbers;
  switch (attribute.kind) {
    case "int":
      return [integerField(at.int, attribute.value)];
    case "float":
      return [floatField(at.float, attribute.value)];
    case "text":
      return [textField(at.text, attribute.value)];
    case "ints":
      return attribute.value.map((value) => integerField(at.ints, value));
  }
}

function valueFields({ name, type, shape }: GraphValue): Pieces[] {
  const { value, type: typeAt, tensorType, shape: shapeAt, dimension } = fieldNumbers;
  const dimensions = shape.map((size) =>
    messageField(shapeAt.dimension, [
      typeof size === "number" ? integerField(dimension.size, size) : textField(dimension.name, size),
    ]),
  );
  const tensor = [
    integerField(tensorType.element, elementTypes[type].code),
    messageField(tensorType.shape, dimensions),
  ];
  return [textField(value.name, name), messageField(value.type, [messageField(typeAt.tensor, tensor)])];
}

/** A constant; a larger one lies where `place` puts its bytes. */
function tensorMessage(tensor: GraphTensor, place: ((bytes: Uint8Array) => Place) | undefined): Pieces {
  const { tensor: at } = fieldNumbers;
  const outside =
    place === undefined || tensor.bytes.length < SMALLEST_EXTERNAL_BYTES ? undefined : place(tensor.bytes);
  return joined([
    ...tensor.shape.map((size) => integerField(at.dimension, size)),
    integerField(at.type, elementTypes[tensor.type].code),
    textField(at.name, tensor.name),
    ...(outside === undefined ? [bytesField(at.raw, tensor.bytes)] : placeFields(outside)),
  ]);
}

function placedIn(file: ExternalFile, location: string, bytes: Uint8Array): Place {
  const padding = -file.byteLength & (EXTERNAL_ALIGNMENT_BYTES - 1);
  const offset = file.byteLength + padding;
  file.parts.push(new Uint8Array(padding), bytes);
  file.byteLength = offset + bytes.length;
  return { location, offset: String(offset), length: String(bytes.length) };
}

function placeFields(place: Place): Pieces[] {
  const { tensor: at, entry } = fieldNumbers;
  return [
    ...Object.entries(place).map(([key, value]) =>
      messageField(at.external, [textField(entry.key, key), textField(entry.value, value)]),
    ),
    integerField(at.location, EXTERNAL_LOCATION),
  ];
}

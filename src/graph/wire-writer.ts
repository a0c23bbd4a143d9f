import { wireTypes } from "./field-numbers.ts";

/** Part of a message: pieces in order, so that tensors are never copied to be wrapped. */
export interface Pieces {
  readonly byteLength: number;
  readonly parts: readonly Uint8Array[];
}

const encoder = new TextEncoder();

/** The parts of a message one after another. */
export function joined(fields: readonly Pieces[]): Pieces {
  return {
    byteLength: fields.reduce((sum, field) => sum + field.byteLength, 0),
    parts: fields.flatMap((field) => field.parts),
  };
}

/** A whole number of up to 64 bits; a negative one takes ten bytes, as the format demands of an int64. */
export function integerField(number: number, value: number): Pieces {
  return piece(Uint8Array.from([...varint(tag(number, "varint")), ...varint(value)]));
}

/** A float32. */
export function floatField(number: number, value: number): Pieces {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return piece(Uint8Array.from([...varint(tag(number, "fixed32")), ...bytes]));
}

/** A text in UTF-8. */
export function textField(number: number, text: string): Pieces {
  return bytesField(number, encoder.encode(text));
}

/** Bytes as they are, not copied. */
export function bytesField(number: number, bytes: Uint8Array): Pieces {
  return messageField(number, [piece(bytes)]);
}

/** A message inside a message. */
export function messageField(number: number, fields: readonly Pieces[]): Pieces {
  const content = joined(fields);
  const head = Uint8Array.from([...varint(tag(number, "bytes")), ...varint(content.byteLength)]);
  return { byteLength: head.length + content.byteLength, parts: [head, ...content.parts] };
}

function piece(bytes: Uint8Array): Pieces {
  return { byteLength: bytes.length, parts: [bytes] };
}

function tag(number: number, type: keyof typeof wireTypes): number {
  return number * 8 + wireTypes[type];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

import { SpattenError } from "../base/errors.ts";
import { wireTypes } from "./field-numbers.ts";

/** One field of a message as it lies on the wire; which of the two it is depends on its layout. */
export interface WireField {
  readonly number: number;
  /** Of a whole number, signed. */
  readonly integer: number;
  /** Of a text, bytes, a message inside or a float32; a view, not a copy. */
  readonly bytes: Uint8Array;
}

const nothing = new Uint8Array(0);
const LONGEST_VARINT_BYTES = 10;

/**
 * The fields of a message in order. @throws SpattenError `checkpoint` where the bytes are no such message, saying of
 * what `format`.
 */
export function* wireFields(message: Uint8Array, where: string, format = "ONNX model"): Generator<WireField> {
  let offset = 0;
  const varint = (): number => {
    let value = 0n;
    for (let index = 0; index < LONGEST_VARINT_BYTES; index++) {
      const byte = message[offset++];
      if (byte === undefined) throw brokenMessage(where, "the bytes end inside a number", format);
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw brokenMessage(where, "a number has more than ten bytes", format);
  };
  const take = (byteLength: number): Uint8Array => {
    const end = offset + byteLength;
    if (!(byteLength >= 0 && end <= message.length)) {
      throw brokenMessage(where, `a field of ${byteLength} bytes reaches past the end`, format);
    }
    const bytes = message.subarray(offset, end);
    offset = end;
    return bytes;
  };
  while (offset < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === wireTypes.varint) yield { number, integer: varint(), bytes: nothing };
    else if (type === wireTypes.bytes) yield { number, integer: 0, bytes: take(varint()) };
    else if (type === wireTypes.fixed32) yield { number, integer: 0, bytes: take(4) };
    else if (type === wireTypes.fixed64) yield { number, integer: 0, bytes: take(8) };
    else throw brokenMessage(where, `a field has the unknown layout ${type}`, format);
  }
}

/** The error of a file that is not of its format. */
export function brokenMessage(where: string, what: string, format = "ONNX model"): SpattenError {
  return new SpattenError("checkpoint", `this is no ${format}: ${what}`, { where });
}

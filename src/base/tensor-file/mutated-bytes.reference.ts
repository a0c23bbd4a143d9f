import type { Random } from "../random.ts";

/** Numbers and signs at which readers of text go wrong. */
const SPLINTERS = [
  "-1",
  "0",
  "1e999",
  "NaN",
  "9007199254740993",
  "18446744073709551615",
  "4294967296",
  "0.5",
  "null",
  "[]",
  "{}",
  '"',
  "\\u0000",
  "[[[[[[[[",
  "__proto__",
  "\n",
  "\r\n",
  ",,,",
  "True",
  "\uFEFF",
];

/** A copy of a file, damaged in one to four places, for fuzz tests. */
export function mutatedBytes(file: Uint8Array, random: Random): Uint8Array {
  let bytes = Uint8Array.from(file);
  for (let count = 1 + random.integer(4); count > 0; count--) bytes = damaged(bytes, random);
  return bytes;
}

function damaged(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const at = random.integer(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random.integer(16));
  switch (random.integer(7)) {
    case 0:
      if (at < bytes.length) bytes[at]! ^= 1 << random.integer(8);
      return bytes;
    case 1:
      return bytes.slice(0, at);
    case 2:
      return joined(bytes.subarray(0, at), Uint8Array.of(random.integer(256)), bytes.subarray(at));
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(end));
    case 4:
      return joined(bytes.subarray(0, end), bytes.subarray(at));
    case 5:
      return joined(bytes.subarray(0, at), splinter(random), bytes.subarray(at));
    default:
      return replaceNumber(bytes, at, random);
  }
}

function splinter(random: Random): Uint8Array {
  return new TextEncoder().encode(SPLINTERS[random.integer(SPLINTERS.length)]!);
}

/** Puts something else in the place of the first run of digits from there on: sizes, offsets, counts. */
function replaceNumber(bytes: Uint8Array, from: number, random: Random): Uint8Array<ArrayBuffer> {
  const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
  let begin = from;
  while (begin < bytes.length && !isDigit(bytes[begin])) begin++;
  let end = begin;
  while (isDigit(bytes[end])) end++;
  return joined(bytes.subarray(0, begin), splinter(random), bytes.subarray(end));
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

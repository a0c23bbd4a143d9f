/**
 * A value of the metadata and the number of its type; an array is a list whose elements have a type of their own. Bytes
 * are written as they are.
 */
export type GgufEntry = readonly [key: string, type: number, value: unknown, elementType?: number];

export interface GgufTensorEntry {
  readonly name: string;
  /** Innermost size first, as the file has them. */
  readonly sizes: readonly number[];
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Place among the data, where it is not to be the next free one. */
  readonly offset?: number | bigint;
}

export interface GgufParts {
  readonly version?: number;
  readonly metadata: readonly GgufEntry[];
  readonly tensors?: readonly GgufTensorEntry[];
  readonly tensorCount?: bigint;
  readonly keyCount?: bigint;
}

const ALIGNMENT = 32;
const padded = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** Collects little-endian numbers and texts. */
export class ByteSink {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }
  push(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
  number(byteCount: number, write: (data: DataView) => void): this {
    const data = new DataView(new ArrayBuffer(byteCount));
    write(data);
    return this.push(new Uint8Array(data.buffer));
  }
  uint32(value: number): this {
    return this.number(4, (data) => data.setUint32(0, value, true));
  }
  uint64(value: number | bigint): this {
    return this.number(8, (data) => data.setBigUint64(0, BigInt(value), true));
  }
  float32(value: number): this {
    return this.number(4, (data) => data.setFloat32(0, value, true));
  }
  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.uint64(bytes.length).push(bytes);
  }
  pad(length: number): this {
    return this.push(new Uint8Array(length - this.length));
  }
  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

const SCALAR_WRITERS: Readonly<Record<number, (sink: ByteSink, value: never) => void>> = {
  0: (sink, value: number) => sink.push([value]),
  1: (sink, value: number) => sink.number(1, (data) => data.setInt8(0, value)),
  2: (sink, value: number) => sink.number(2, (data) => data.setUint16(0, value, true)),
  3: (sink, value: number) => sink.number(2, (data) => data.setInt16(0, value, true)),
  4: (sink, value: number) => sink.uint32(value),
  5: (sink, value: number) => sink.number(4, (data) => data.setInt32(0, value, true)),
  6: (sink, value: number) => sink.float32(value),
  7: (sink, value: boolean | number) => sink.push([Number(value)]),
  8: (sink, value: string) => sink.text(value),
  10: (sink, value: number | bigint) => sink.uint64(value),
  11: (sink, value: number | bigint) => sink.uint64(BigInt.asUintN(64, BigInt(value))),
  12: (sink, value: number) => sink.number(8, (data) => data.setFloat64(0, value, true)),
};

function writeValue(sink: ByteSink, type: number, value: unknown, elementType = 4): void {
  if (value instanceof Uint8Array) {
    sink.push(value);
    return;
  }
  if (type !== 9) {
    SCALAR_WRITERS[type]!(sink, value as never);
    return;
  }
  const elements = value as readonly unknown[];
  sink.uint32(elementType).uint64(elements.length);
  // An array of arrays of whole numbers.
  for (const element of elements) writeValue(sink, elementType, element);
}

/** A GGUF file as its specification has it (ggml, docs/gguf.md), or broken where the parts ask for it. */
export function writeGguf({ version = 3, metadata, tensors = [], ...counts }: GgufParts): Uint8Array {
  const sink = new ByteSink().push(new TextEncoder().encode("GGUF")).uint32(version);
  sink.uint64(counts.tensorCount ?? tensors.length).uint64(counts.keyCount ?? metadata.length);
  for (const [key, type, value, elementType] of metadata) {
    sink.text(key).uint32(type);
    writeValue(sink, type, value, elementType);
  }
  let free = 0;
  for (const { name, sizes, type, bytes, offset } of tensors) {
    sink.text(name).uint32(sizes.length);
    for (const size of sizes) sink.uint64(size);
    sink.uint32(type).uint64(offset ?? free);
    free += padded(bytes.length);
  }
  const header = sink.pad(padded(sink.length)).bytes();
  const file = new Uint8Array(header.length + free);
  file.set(header);
  let begin = header.length;
  for (const { bytes } of tensors) {
    file.set(bytes, begin);
    begin += padded(bytes.length);
  }
  return file;
}

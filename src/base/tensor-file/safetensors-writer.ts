import { SpattenError } from "../errors.ts";
import { describeValue } from "../schema.ts";
import { LENGTH_FIELD_BYTES } from "./safetensors-header.ts";
import { ELEMENT_BYTES, elementCount, type TensorView } from "./tensor-view.ts";

/**
 * A safetensors file: equal tensors and metadata give equal bytes, in whatever order they come. Wide types lie first,
 * then by name, behind a header padded to eight bytes, so that every tensor is aligned to its elements.
 * @throws SpattenError `checkpoint` for a name that is taken or reserved, or bytes that do not fit the shape.
 */
export function writeSafetensors(
  tensors: Iterable<TensorView>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const views = [...tensors].sort(
    (left, right) =>
      ELEMENT_BYTES[right.dtype] - ELEMENT_BYTES[left.dtype] || compareText(left.name, right.name),
  );
  const entries: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    const sorted = Object.entries(metadata).sort(([left], [right]) => compareText(left, right));
    entries.push(["__metadata__", Object.fromEntries(sorted)]);
  }
  const names = new Set(["__metadata__"]);
  let dataBytes = 0;
  for (const view of views) {
    checkWritable(view, names);
    const end = dataBytes + view.bytes.length;
    entries.push([view.name, { dtype: view.dtype, shape: view.shape, data_offsets: [dataBytes, end] }]);
    dataBytes = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(LENGTH_FIELD_BYTES + headerBytes + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(" ".charCodeAt(0), LENGTH_FIELD_BYTES, LENGTH_FIELD_BYTES + headerBytes);
  file.set(text, LENGTH_FIELD_BYTES);
  let offset = LENGTH_FIELD_BYTES + headerBytes;
  for (const { bytes } of views) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}

function checkWritable(view: TensorView, names: Set<string>): void {
  const where = `tensor ${describeValue(view.name)}`;
  if (names.has(view.name)) {
    throw new SpattenError("checkpoint", "the name is taken or reserved", {
      where,
      expected: "another name",
    });
  }
  names.add(view.name);
  const count = elementCount(view.shape);
  const expectedBytes = count === undefined ? Number.NaN : count * ELEMENT_BYTES[view.dtype];
  if (view.bytes.length !== expectedBytes) {
    throw new SpattenError("checkpoint", "the data do not fit the shape", {
      where,
      got: `${view.bytes.length} bytes`,
      expected: `${expectedBytes} for ${view.dtype} of shape ${describeValue(view.shape)}`,
    });
  }
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

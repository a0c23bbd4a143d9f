import * as z from "zod/mini";
import { type ErrorCode, type ErrorDetails, SpattenError } from "../errors.ts";
import { findDuplicateKey, parseJsonText } from "../json-text.ts";
import { hintForName } from "../nearest.ts";
import { describeValue, integerAtLeast, parseWith } from "../schema.ts";
import { ELEMENT_BYTES, elementCount, isTensorDtype, type TensorView } from "./tensor-view.ts";

/** The header's size comes first, as an unsigned little-endian number of this many bytes. */
export const LENGTH_FIELD_BYTES = 8;

/** Limit of the official reader. */
export const MAXIMUM_HEADER_BYTES = 100_000_000;

/** What a safetensors file holds; tensors in the order of their bytes. */
export interface SafetensorsFile {
  readonly tensors: Map<string, TensorView>;
  readonly metadata: Record<string, string>;
}

const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(integerAtLeast(0)),
  data_offsets: z.tuple([integerAtLeast(0), integerAtLeast(0)]),
});

interface Span {
  readonly begin: number;
  readonly end: number;
  readonly view: TensorView;
}

/**
 * Reads a safetensors file without copying tensors, as strictly as the official reader: every byte of the data belongs
 * to exactly one tensor (github.com/huggingface/safetensors, format).
 * @throws SpattenError of `code` (`checkpoint` unless told) naming the tensor.
 */
export function readSafetensors(
  bytes: Uint8Array,
  where: string,
  code: ErrorCode = "checkpoint",
): SafetensorsFile {
  const context = { where, code };
  const headerBytes = readHeaderLength(bytes, context);
  const data = bytes.subarray(LENGTH_FIELD_BYTES + headerBytes);
  const entries = readHeader(bytes.subarray(LENGTH_FIELD_BYTES, LENGTH_FIELD_BYTES + headerBytes), context);
  const spans: Span[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(entries)) {
    if (name === "__metadata__") metadata = readMetadata(entry, context);
    else spans.push(readEntry(name, entry, data, context));
  }
  spans.sort((left, right) => left.begin - right.begin || left.end - right.end);
  checkCoverage(spans, data.length, context);
  return { tensors: new Map(spans.map(({ view }) => [view.name, view])), metadata };
}

interface Context {
  readonly where: string;
  readonly code: ErrorCode;
}

function broken({ where, code }: Context, what: string, details: ErrorDetails): SpattenError {
  return new SpattenError(code, what, { where, ...details });
}

function brokenTensor(context: Context, name: string, what: string, details: ErrorDetails): SpattenError {
  return broken(context, what, { ...details, where: `${context.where}: tensor ${describeValue(name)}` });
}

function readHeaderLength(bytes: Uint8Array, context: Context): number {
  if (bytes.length < LENGTH_FIELD_BYTES) {
    throw broken(context, "not a safetensors file: too short", {
      got: `${bytes.length} bytes`,
      expected: `at least ${LENGTH_FIELD_BYTES}`,
    });
  }
  const start = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_FIELD_BYTES);
  const headerBytes = start.getUint32(0, true) + start.getUint32(4, true) * 2 ** 32;
  const limit = Math.min(MAXIMUM_HEADER_BYTES, bytes.length - LENGTH_FIELD_BYTES);
  if (headerBytes > limit) {
    // The text form of a large file in a Git repository whose files were not fetched.
    const isPointer = new TextDecoder().decode(bytes.subarray(0, 12)) === "version http";
    throw broken(context, "the header is longer than the file or the format allows", {
      got: `a header of ${headerBytes} bytes`,
      expected: `at most ${limit}`,
      hint: isPointer ? "this is a Git LFS pointer; run `git lfs pull`" : "is the file cut off?",
    });
  }
  return headerBytes;
}

function readHeader(bytes: Uint8Array, context: Context): object {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SpattenError(context.code, "the header is not UTF-8", { where: context.where }, cause);
  }
  if (!text.startsWith("{")) {
    throw broken(context, "the header is not a JSON object", { got: describeValue(text.slice(0, 20)) });
  }
  const header = parseJsonText(text, { ...context, what: "the header" });
  const twice = findDuplicateKey(text);
  if (twice !== undefined) {
    throw brokenTensor(context, twice, "the header has a key twice", { expected: "every key once" });
  }
  return header as object;
}

/** By hand, since a schema's record would drop a key such as `__proto__`. */
function readMetadata(entry: unknown, context: Context): Record<string, string> {
  const where = `${context.where}: __metadata__`;
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw broken(context, "the metadata are not an object", { where, got: describeValue(entry) });
  }
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(entry)) {
    if (typeof value !== "string") {
      const at = `${where}, key ${describeValue(key)}`;
      throw broken(context, "a value of the metadata is not a string", {
        where: at,
        got: describeValue(value),
      });
    }
    pairs.push([key, value]);
  }
  return Object.fromEntries(pairs);
}

function readEntry(name: string, entry: unknown, data: Uint8Array, context: Context): Span {
  const where = `${context.where}: tensor ${describeValue(name)}`;
  const parsed = parseWith(tensorSchema, entry, { what: "header entry", where, code: context.code });
  const { dtype, shape } = parsed;
  const [begin, end] = parsed.data_offsets;
  if (!isTensorDtype(dtype)) {
    const hint = hintForName(dtype, Object.keys(ELEMENT_BYTES));
    throw brokenTensor(context, name, "unknown type of numbers", { got: describeValue(dtype), hint });
  }
  const count = elementCount(shape);
  if (count === undefined) {
    throw brokenTensor(context, name, "the shape is too large", { got: describeValue(shape) });
  }
  if (begin > end || end > data.length) {
    throw brokenTensor(context, name, "the data offsets do not lie within the file", {
      got: `${begin} to ${end}`,
      expected: `an ordered pair within 0 to ${data.length}`,
      ...(end > data.length ? { hint: "is the file cut off?" } : {}),
    });
  }
  const expectedBytes = count * ELEMENT_BYTES[dtype];
  if (end - begin !== expectedBytes) {
    throw brokenTensor(context, name, "the data do not fit the shape", {
      got: `${end - begin} bytes`,
      expected: `${expectedBytes} for ${dtype} of shape ${describeValue(shape)}`,
    });
  }
  return { begin, end, view: { name, dtype, shape, bytes: data.subarray(begin, end) } };
}

function checkCoverage(spans: readonly Span[], dataBytes: number, context: Context): void {
  let covered = 0;
  for (const { begin, end, view } of spans) {
    if (begin !== covered) {
      const what =
        begin < covered ? "the data overlap those of another tensor" : "a gap lies before the data";
      const expected = `data from ${covered} on`;
      throw brokenTensor(context, view.name, what, { got: `${begin} to ${end}`, expected });
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw broken(context, "bytes at the end belong to no tensor", {
      got: `${dataBytes} bytes of data`,
      expected: String(covered),
    });
  }
}

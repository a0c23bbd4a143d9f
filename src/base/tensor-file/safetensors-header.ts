import * as z from "zod/mini";
import { type ErrorCode, type ErrorDetails, SpattenError } from "../errors.ts";
import { findDuplicateKey, parseJsonText } from "../json-text.ts";
import { hintForName } from "../nearest.ts";
import { describeValue, integerAtLeast, parseWith } from "../schema.ts";
import { ELEMENT_BYTES, elementCount, isTensorDtype, type TensorDtype } from "./tensor-view.ts";

/** The header's size comes first, as an unsigned little-endian number of this many bytes. */
export const LENGTH_FIELD_BYTES = 8;

/** Limit of the official reader. */
export const MAXIMUM_HEADER_BYTES = 100_000_000;

/** Where one tensor lies in a file. */
export interface TensorPlace {
  readonly name: string;
  readonly dtype: TensorDtype;
  /** Sizes, outermost first; an empty list is one number. */
  readonly shape: readonly number[];
  /** Bytes of the file, from its start on. */
  readonly begin: number;
  readonly end: number;
}

/** What the header of a file says; tensors in the order of their bytes. */
export interface SafetensorsHeader {
  readonly places: readonly TensorPlace[];
  readonly metadata: Record<string, string>;
}

const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(integerAtLeast(0)),
  data_offsets: z.tuple([integerAtLeast(0), integerAtLeast(0)]),
});

/** Where an error happened, and its code. */
export interface HeaderContext {
  readonly where: string;
  readonly code: ErrorCode;
}

/**
 * The places of a file of `fileBytes` from the text of its header, as strictly as the official reader: every byte of the
 * data belongs to exactly one tensor (github.com/huggingface/safetensors, format).
 * @throws SpattenError of the context's code naming the tensor.
 */
export function parseSafetensorsHeader(
  header: Uint8Array,
  fileBytes: number,
  context: HeaderContext,
): SafetensorsHeader {
  const dataBegin = LENGTH_FIELD_BYTES + header.length;
  const dataBytes = fileBytes - dataBegin;
  const places: TensorPlace[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(readHeader(header, context))) {
    if (name === "__metadata__") metadata = readMetadata(entry, context);
    else places.push(readEntry(name, entry, dataBytes, context));
  }
  places.sort((left, right) => left.begin - right.begin || left.end - right.end);
  checkCoverage(places, dataBytes, context);
  const moved = places.map(({ begin, end, ...place }) => ({
    ...place,
    begin: dataBegin + begin,
    end: dataBegin + end,
  }));
  return { places: moved, metadata };
}

function broken({ where, code }: HeaderContext, what: string, details: ErrorDetails): SpattenError {
  return new SpattenError(code, what, { where, ...details });
}

function brokenTensor(
  context: HeaderContext,
  name: string,
  what: string,
  details: ErrorDetails,
): SpattenError {
  return broken(context, what, { ...details, where: `${context.where}: tensor ${describeValue(name)}` });
}

/** Bytes of the header of a file of `fileBytes`; `bytes` are its first ones, 12 if it has as many. */
export function readHeaderLength(bytes: Uint8Array, fileBytes: number, context: HeaderContext): number {
  if (fileBytes < LENGTH_FIELD_BYTES) {
    throw broken(context, "not a safetensors file: too short", {
      got: `${fileBytes} bytes`,
      expected: `at least ${LENGTH_FIELD_BYTES}`,
    });
  }
  const start = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_FIELD_BYTES);
  const headerBytes = start.getUint32(0, true) + start.getUint32(4, true) * 2 ** 32;
  const limit = Math.min(MAXIMUM_HEADER_BYTES, fileBytes - LENGTH_FIELD_BYTES);
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

function readHeader(bytes: Uint8Array, context: HeaderContext): object {
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
function readMetadata(entry: unknown, context: HeaderContext): Record<string, string> {
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

function readEntry(name: string, entry: unknown, dataBytes: number, context: HeaderContext): TensorPlace {
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
  if (begin > end || end > dataBytes) {
    throw brokenTensor(context, name, "the data offsets do not lie within the file", {
      got: `${begin} to ${end}`,
      expected: `an ordered pair within 0 to ${dataBytes}`,
      ...(end > dataBytes ? { hint: "is the file cut off?" } : {}),
    });
  }
  const expectedBytes = count * ELEMENT_BYTES[dtype];
  if (end - begin !== expectedBytes) {
    throw brokenTensor(context, name, "the data do not fit the shape", {
      got: `${end - begin} bytes`,
      expected: `${expectedBytes} for ${dtype} of shape ${describeValue(shape)}`,
    });
  }
  return { name, dtype, shape, begin, end };
}

function checkCoverage(places: readonly TensorPlace[], dataBytes: number, context: HeaderContext): void {
  let covered = 0;
  for (const { name, begin, end } of places) {
    if (begin !== covered) {
      const what =
        begin < covered ? "the data overlap those of another tensor" : "a gap lies before the data";
      const expected = `data from ${covered} on`;
      throw brokenTensor(context, name, what, { got: `${begin} to ${end}`, expected });
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

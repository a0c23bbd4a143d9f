import type { FilePieces } from "../file-pieces.ts";
import { type ByteReader, byteReader, MoreBytesNeeded } from "./byte-reader.ts";
import { MAXIMUM_ELEMENTS, type MetadataValue, readValue } from "./metadata-values.ts";
import { type GgufTensor, readTensorInfos } from "./tensor-infos.ts";

/** What a file says before its numbers begin. */
export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: readonly GgufTensor[];
}

/** Read at first; a large vocabulary makes a header of some 15 MB. */
const FIRST_BYTES = 1 << 22;
const MAXIMUM_HEADER_BYTES = 1 << 28;

/** The first bytes of a file: as many as the header has. @throws SpattenError `checkpoint`, `missing-engine`. */
export async function readGgufHeader(file: FilePieces, where: string): Promise<GgufHeader> {
  for (let byteCount = FIRST_BYTES; ; byteCount *= 4) {
    const bytes = new Uint8Array(Math.min(byteCount, file.byteLength));
    await file.readInto(0, bytes);
    try {
      return parseGgufHeader(bytes, file.byteLength, where);
    } catch (error) {
      if (!(error instanceof MoreBytesNeeded)) throw error;
    }
    if (byteCount >= MAXIMUM_HEADER_BYTES) {
      throw byteReader(bytes, file.byteLength, where).broken("the header is not plausible", {
        got: `more than ${MAXIMUM_HEADER_BYTES} bytes`,
      });
    }
  }
}

const MAGIC = "GGUF";
const KEY_LEAST_BYTES = 8 + 4 + 1;
const TENSOR_LEAST_BYTES = 8 + 4 + 8 + 4 + 8;
/** Longest key of the specification. */
const MAXIMUM_KEY_LENGTH = 65_535;

/**
 * A header out of the first bytes of a file of `fileBytes` (ggml, docs/gguf.md).
 * @throws SpattenError `checkpoint`; `missing-engine` for a version or a type of weights that is not read;
 * MoreBytesNeeded.
 */
export function parseGgufHeader(bytes: Uint8Array, fileBytes: number, where: string): GgufHeader {
  const reader = byteReader(bytes, fileBytes, where);
  requireVersion(reader);
  const tensorCount = reader.count(TENSOR_LEAST_BYTES, "the number of tensors");
  const keyCount = reader.count(KEY_LEAST_BYTES, "the number of metadata");
  const metadata = new Map<string, MetadataValue>();
  const budget = { elements: MAXIMUM_ELEMENTS };
  for (let index = 0; index < keyCount; index++) {
    const key = reader.text("a key");
    if (key.length === 0 || key.length > MAXIMUM_KEY_LENGTH) {
      throw reader.broken("a key is not plausible", { got: `${key.length} characters` });
    }
    const what = `the value of ${key.slice(0, 100)}`;
    if (metadata.has(key)) throw reader.broken(`${what} is there twice`, {});
    metadata.set(key, readValue(reader, reader.uint32(`the type of ${what}`), what, budget));
  }
  const tensors = readTensorInfos(reader, tensorCount, {
    fileBytes,
    alignment: alignmentOf(metadata, reader),
  });
  return { metadata, tensors };
}

function requireVersion(reader: ByteReader): void {
  const first = reader.take(MAGIC.length, "the magic");
  const magic = String.fromCharCode(...new Uint8Array(first.buffer, first.byteOffset, first.byteLength));
  if (magic !== MAGIC)
    throw reader.broken("not a GGUF file", { got: JSON.stringify(magic), expected: MAGIC });
  const version = reader.uint32("the version");
  if (version === 2 || version === 3) return;
  if (version !== 0 && version % 0x1_0000 === 0) {
    throw reader.broken("a big-endian GGUF file is not read", { hint: "convert it to little-endian" });
  }
  throw reader.broken("this version of GGUF is not read", { got: String(version), expected: "2 or 3" });
}

function alignmentOf(metadata: ReadonlyMap<string, MetadataValue>, reader: ByteReader): number {
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment === "number" && alignment > 0 && alignment <= 2 ** 20 && alignment % 8 === 0) {
    return alignment;
  }
  throw reader.broken("general.alignment is not plausible", {
    got: String(alignment).slice(0, 40),
    expected: "a multiple of 8",
  });
}

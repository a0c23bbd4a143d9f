import type { ErrorCode } from "../errors.ts";
import { LENGTH_FIELD_BYTES, parseSafetensorsHeader, readHeaderLength } from "./safetensors-header.ts";
import type { TensorView } from "./tensor-view.ts";

/** What a safetensors file holds; tensors in the order of their bytes. */
export interface SafetensorsFile {
  readonly tensors: Map<string, TensorView>;
  readonly metadata: Record<string, string>;
}

/**
 * Reads a safetensors file without copying tensors. @throws SpattenError of `code` (`checkpoint` unless told) naming the
 * tensor.
 */
export function readSafetensors(
  bytes: Uint8Array,
  where: string,
  code: ErrorCode = "checkpoint",
): SafetensorsFile {
  const context = { where, code };
  const headerBytes = readHeaderLength(bytes, bytes.length, context);
  const header = bytes.subarray(LENGTH_FIELD_BYTES, LENGTH_FIELD_BYTES + headerBytes);
  const { places, metadata } = parseSafetensorsHeader(header, bytes.length, context);
  const views = places.map(
    ({ name, dtype, shape, begin, end }) =>
      [name, { name, dtype, shape, bytes: bytes.subarray(begin, end) }] as const,
  );
  return { tensors: new Map(views), metadata };
}

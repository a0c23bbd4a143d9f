import { type ErrorDetails, SpattenError } from "../../../base/errors.ts";

/** What is thrown where the bytes in hand end before the file does: the caller reads on and begins anew. */
export class MoreBytesNeeded extends Error {
  override readonly name = "MoreBytesNeeded";
}

/** Reads little-endian numbers and texts one after the other. */
export interface ByteReader {
  /** Name of the file for messages. */
  readonly where: string;
  position(): number;
  /** The next bytes. @throws SpattenError `checkpoint` where the file ends before, MoreBytesNeeded. */
  take(byteCount: number, what: string): DataView;
  uint32(what: string): number;
  /** An unsigned number of 64 bits, exact. @throws SpattenError `checkpoint` where a double does not hold it. */
  uint64(what: string): number;
  /** A number of things that follow, of at least `leastBytes` each, so that the rest of the file can hold them. */
  count(leastBytes: number, what: string): number;
  /** Length and UTF-8. */
  text(what: string): string;
  broken(what: string, details: ErrorDetails): SpattenError;
}

/** Reads the first bytes of a file of `fileBytes`. */
export function byteReader(bytes: Uint8Array, fileBytes: number, where: string): ByteReader {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let position = 0;
  const broken = (what: string, details: ErrorDetails): SpattenError =>
    new SpattenError("checkpoint", what, { where: `${where}, byte ${position}`, ...details });
  const take = (byteCount: number, what: string): DataView => {
    if (byteCount > fileBytes - position) {
      throw broken(`the file ends inside ${what}`, {
        got: `${fileBytes} bytes`,
        expected: `at least ${position + byteCount}`,
        hint: "is the download complete?",
      });
    }
    if (byteCount > bytes.length - position) throw new MoreBytesNeeded();
    const view = new DataView(bytes.buffer, bytes.byteOffset + position, byteCount);
    position += byteCount;
    return view;
  };
  const uint64 = (what: string): number => {
    const view = take(8, what);
    const value = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
    if (Number.isSafeInteger(value)) return value;
    throw broken(`${what} is not plausible`, { got: String(view.getBigUint64(0, true)) });
  };
  const count = (leastBytes: number, what: string): number => {
    const value = uint64(what);
    const most = Math.floor((fileBytes - position) / leastBytes);
    if (value <= most) return value;
    throw broken(`${what} is more than the file can hold`, {
      got: String(value),
      expected: `at most ${most}`,
      hint: "is the file cut off?",
    });
  };
  return {
    where,
    position: () => position,
    take,
    uint32: (what) => take(4, what).getUint32(0, true),
    uint64,
    count,
    text: (what) => {
      const view = take(count(1, `the length of ${what}`), what);
      try {
        return decoder.decode(view);
      } catch {
        throw broken(`${what} is not UTF-8`, {});
      }
    },
    broken,
  };
}

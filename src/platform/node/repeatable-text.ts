import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import type { Progress } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { inputFileError, notText } from "./file-errors.ts";
import { createLineCutter } from "./line-cutter.ts";
import { megabytesRead } from "./read-input.ts";

/** Small enough that its lines are worked off between two rests. */
const PIECE_BYTES = 1 << 18;

/** Bytes of a file that can be read again from its beginning; undefined for a pipe, a device, or what is out of reach. */
export function repeatableBytes(file: string): number | undefined {
  try {
    const stats = statSync(file);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The text of a regular file in pieces, from its beginning each time that it is iterated; it is open only while it is.
 * @throws SpattenError `input` where it cannot be read, is not UTF-8, or is not the file any more that it was.
 */
export function repeatableText(file: string, onProgress?: (progress: Progress) => void): Iterable<string> {
  const first = statSync(file);
  return { [Symbol.iterator]: () => piecesOf(file, first, onProgress) };
}

/** The lines of such a file without their ends; no line may be longer than `limitBytes`. @throws SpattenError `input`. */
export function repeatableLines(
  file: string,
  limitBytes: number,
  onProgress?: (progress: Progress) => void,
): Iterable<string> {
  const pieces = repeatableText(file, onProgress);
  return {
    *[Symbol.iterator]() {
      const cutter = createLineCutter(file, limitBytes);
      for (const piece of pieces) yield* cutter.cut(piece);
      yield* cutter.end("");
    },
  };
}

function* piecesOf(
  file: string,
  first: Stats,
  onProgress: ((progress: Progress) => void) | undefined,
): Generator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  const handle = opened(file);
  let readBytes = 0;
  try {
    for (;;) {
      checkSame(file, first, fstatSync(handle));
      // By position: where /dev/stdin is a file, its handles may share one offset.
      const count = attempt(file, () => readSync(handle, buffer, 0, PIECE_BYTES, readBytes));
      if (count === 0) break;
      readBytes += count;
      onProgress?.(megabytesRead(readBytes, first.size));
      yield attempt(file, () => decoder.decode(buffer.subarray(0, count), { stream: true }));
    }
    const end = attempt(file, () => decoder.decode());
    if (end !== "") yield end;
  } finally {
    closeSync(handle);
  }
}

function opened(file: string): number {
  return attempt(file, () => openSync(file, "r"));
}

function attempt<Value>(file: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if (error instanceof TypeError) throw notText(file);
    throw inputFileError(error, file);
  }
}

/** Passes that do not see the same bytes would make a report of no workload at all. */
function checkSame(file: string, first: Stats, now: Stats): void {
  if (now.ino === first.ino && now.size === first.size && now.mtimeMs === first.mtimeMs) return;
  throw new SpattenError("input", "the file changed while it was read", {
    where: file,
    got: `${now.size} bytes of ${now.mtime.toISOString()}`,
    expected: `${first.size} bytes of ${first.mtime.toISOString()}`,
    hint: "simulate a copy, or wait until it is written",
  });
}

import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Progress } from "../../base/checkpoint.ts";
import { inputFileError, notText, tooLong } from "./file-errors.ts";
import { createLineCutter } from "./line-cutter.ts";

/** A text file, refused when it is longer than `limitBytes` or not UTF-8. @throws SpattenError `input`. */
export async function readTextFile(file: string, limitBytes: number): Promise<string> {
  return decodeText(await readByteFile(file, limitBytes, "the text"), file);
}

/** A file's bytes, refused when there are more than `limitBytes`; `what` names them. @throws SpattenError `input`. */
export async function readByteFile(file: string, limitBytes: number, what: string): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      // One byte past the limit tells, whatever the file claims to be: a device or a pipe has no size.
      return await readAtMost(handle.createReadStream({ autoClose: false }), limitBytes, file, what);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw inputFileError(error, file);
  }
}

/** All of standard input, under the same rules. @throws SpattenError `input`. */
export async function readStandardInput(limitBytes: number): Promise<string> {
  return decodeText(
    await readAtMost(process.stdin, limitBytes, "standard input", "the text"),
    "standard input",
  );
}

/** The lines of a file without its line ends, read as a stream; no line may be longer than `limitBytes`. */
export async function* readLines(
  file: string,
  limitBytes: number,
  onProgress?: (progress: Progress) => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  const cutter = createLineCutter(file, limitBytes);
  let readBytes = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      readBytes += (chunk as Buffer).length;
      onProgress?.(megabytesRead(readBytes, size));
      yield* cutter.cut(decoder.decode(chunk as Buffer, { stream: true }));
    }
    yield* cutter.end(decoder.decode());
  } catch (error) {
    if (error instanceof TypeError) throw notText(file);
    throw inputFileError(error, file);
  }
}

/** Whole megabytes: what a progress line shows. */
export function megabytesRead(readBytes: number, size: number): Progress {
  const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);
  return { stage: "megabytes read", done: megabytes(readBytes), total: megabytes(Math.max(size, readBytes)) };
}

async function readAtMost(
  stream: AsyncIterable<unknown>,
  limitBytes: number,
  where: string,
  what: string,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > limitBytes) throw tooLong(where, limitBytes, what);
  }
  return Buffer.concat(chunks);
}

function decodeText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notText(where);
  }
}

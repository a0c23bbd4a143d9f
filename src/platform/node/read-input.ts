import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Progress } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { inputFileError } from "./file-errors.ts";

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
  let rest = "";
  let readBytes = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      readBytes += (chunk as Buffer).length;
      onProgress?.(megabytesRead(readBytes, size));
      rest += decoder.decode(chunk as Buffer, { stream: true });
      if (rest.length > limitBytes && !rest.includes("\n")) throw tooLong(file, limitBytes, "a line");
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
    }
    rest += decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw notText(file);
    throw inputFileError(error, file);
  }
  if (rest !== "") yield rest;
}

/** Whole megabytes: what a progress line shows. */
function megabytesRead(readBytes: number, size: number): Progress {
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

function tooLong(where: string, limitBytes: number, what: string): SpattenError {
  return new SpattenError("input", `${what} is too long`, { where, expected: `at most ${limitBytes} bytes` });
}

function notText(where: string): SpattenError {
  return new SpattenError("input", "the file is not text", { where, expected: "UTF-8" });
}

function decodeText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notText(where);
  }
}

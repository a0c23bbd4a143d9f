import { type FileHandle, open } from "node:fs/promises";
import { SpattenError } from "../../base/errors.ts";
import { inputFileError, outputFileError } from "./file-errors.ts";
import { readLines } from "./read-input.ts";

/** A file of lines that grows: what was appended outlives a killed process. */
export interface LineLog {
  /** Lines behind the header that were whole when the file was opened. */
  readonly lines: readonly string[];
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

const LONGEST_LINE_BYTES = 16 << 20;

/**
 * Opens a log whose first line is the header, or begins one. A last line without its end is the stump of a killed
 * writer and is cut off. @throws SpattenError `config` where another header stands, `input`, `output`.
 */
export async function openLineLog(file: string, header: string): Promise<LineLog> {
  const handle = await open(file, "a+").catch((error: unknown) => {
    throw outputFileError(error, file);
  });
  try {
    const { size } = await handle.stat();
    const lines: string[] = [];
    for await (const line of readLines(file, LONGEST_LINE_BYTES)) lines.push(line);
    const [found, ...rest] = lines;
    if (found === undefined) await handle.appendFile(`${header}\n`);
    else if (found !== header) throw otherHeader(file, found, header);
    const wholeBytes = await lengthOfWholeLines(handle, size);
    if (wholeBytes < size) {
      await handle.truncate(wholeBytes);
      rest.pop();
    }
    return {
      lines: rest,
      append: async (line) => {
        await handle.appendFile(`${line}\n`).catch((error: unknown) => {
          throw outputFileError(error, file);
        });
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw inputFileError(error, file);
  }
}

/** Bytes up to and with the last line end. */
async function lengthOfWholeLines(handle: FileHandle, size: number): Promise<number> {
  const step = 1 << 16;
  for (let end = size; end > 0; end -= step) {
    const start = Math.max(0, end - step);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
    const lineEnd = buffer.subarray(0, bytesRead).lastIndexOf(10);
    if (lineEnd >= 0) return start + lineEnd + 1;
  }
  return 0;
}

function otherHeader(file: string, found: string, header: string): SpattenError {
  return new SpattenError("config", "the file is of another configuration, or of no evaluation", {
    where: file,
    got: JSON.stringify(found.slice(0, 120)),
    expected: JSON.stringify(header),
    hint: "name another file, or delete this one",
  });
}

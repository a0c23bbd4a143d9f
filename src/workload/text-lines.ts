import { SpattenError } from "../base/errors.ts";

/** UTF-16 units in one line: a job with a million kept ids has some seven million. */
export const MAXIMUM_LINE_LENGTH = 64 * 1024 * 1024;

/** @throws SpattenError `workload` for an overlong line; `lineNumber` counts from 1. */
export function checkLineLength(length: number, where: string, lineNumber: number): void {
  if (length <= MAXIMUM_LINE_LENGTH) return;
  throw new SpattenError("workload", "a line is too long", {
    where: `${where}: line ${lineNumber}`,
    got: `more than ${MAXIMUM_LINE_LENGTH} characters`,
    hint: "JSON Lines has one job a line",
  });
}

/**
 * The lines of a text that arrives in pieces, without their line ends; holds no more than one line and one piece.
 * @throws SpattenError `workload` for an overlong line, before it has been gathered.
 */
export async function* splitLines(
  pieces: AsyncIterable<string> | Iterable<string>,
  where: string,
): AsyncGenerator<string> {
  let lineNumber = 1;
  let gathered: string[] = [];
  let gatheredLength = 0;
  for await (const piece of pieces) {
    const parts = piece.split("\n");
    for (const [index, part] of parts.entries()) {
      gathered.push(part);
      gatheredLength += part.length;
      checkLineLength(gatheredLength, where, lineNumber);
      if (index === parts.length - 1) continue;
      yield gathered.join("");
      lineNumber++;
      gathered = [];
      gatheredLength = 0;
    }
  }
  const last = gathered.join("");
  if (last !== "") yield last;
}

/**
 * The lines of a text whose pieces are there already, parted by `lineEnd` alone; without an empty one behind the last line
 * end. @throws SpattenError `workload` for an overlong line.
 */
export function* splitLinesAt(pieces: Iterable<string>, lineEnd: string, where: string): Generator<string> {
  let lineNumber = 1;
  let rest = "";
  for (const piece of pieces) {
    const lines = (rest + piece).split(lineEnd);
    rest = lines.pop()!;
    yield* lines;
    lineNumber += lines.length;
    checkLineLength(rest.length, where, lineNumber);
  }
  if (rest !== "") yield rest;
}

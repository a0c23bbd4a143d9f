import { tooLong } from "./file-errors.ts";

/** Cuts a text that arrives in pieces into lines, without their line ends. */
export interface LineCutter {
  /** The lines that a piece ends. @throws SpattenError `input` for an overlong line, before it has been gathered. */
  cut(piece: string): Generator<string>;
  /** The last line, where no line end follows it. */
  end(piece: string): Generator<string>;
}

/** A cutter at the beginning of a file, in which no line may be longer than `limitBytes`. */
export function createLineCutter(file: string, limitBytes: number): LineCutter {
  let rest = "";
  return {
    *cut(piece) {
      rest += piece;
      if (rest.length > limitBytes && !rest.includes("\n")) throw tooLong(file, limitBytes, "a line");
      const lines = rest.split("\n");
      rest = lines.pop()!;
      for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
    },
    *end(piece) {
      rest += piece;
      if (rest !== "") yield rest;
    },
  };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder } from "./shared.ts";

/** A number as a text prints it. */
export interface PrintedNumber {
  /** Its digits, with the sign where one stands right before them. */
  readonly text: string;
  readonly value: number;
  readonly isSigned: boolean;
  /** Whether it stands in a table, where every number is one of its own. */
  readonly isInTable: boolean;
}

/** Names with digits in them, which are no numbers. */
const NAMES: readonly RegExp[] = [
  /GPT-2|gpt2|wikitext-?\d+|WikiText-\d+|\b1bw\b|SST-2|sst-2|SQuAD v[\d.]+|squad-v\d/gi,
  /E5-2640 v4|Pi 4\b|A53|A72|\bA3\b|HBM2|V3e?\b|WMT14|SpAtten-1\/8|1\/8|\b8b\b|\b12b\b|#\d+/g,
  /\bFigs? \d+(?:\/\d+)*|\bTable [IVX]+|\bstep\d\S*|per\d+|insp\d\S*|\bint4\b|float32|CACTI [\d.]+|order \d+/g,
];

const NUMBER = /(?:(?<=\bx)|(?<![\w.]))([+-]?)(\d{1,3}(?:,\d{3})+(?![\d.])|\d+(?:\.\d+)?|\.\d+)/g;

/** The lines of a section of the reference, from its heading to the next of its depth or above, without the heading. */
export function referenceLines(heading: string): string[] {
  const lines = readFileSync(join(sharedFolder, "reference", "spatten.md"), "utf8").split("\n");
  const start = lines.findIndex((line) => new RegExp(`^#+ ${heading.replaceAll(".", "\\.")}[. ]`).test(line));
  const depth = /^#+/.exec(lines[start] ?? "#")![0].length;
  const length = lines
    .slice(start + 1)
    .findIndex((line) => /^#+ /.test(line) && /^#+/.exec(line)![0].length <= depth);
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length);
}

/** The numbers of lines, names left out. */
export function printedNumbers(lines: readonly string[]): PrintedNumber[] {
  return lines.flatMap((line) => {
    const bare = NAMES.reduce((text, name) => text.replace(name, " "), line);
    return [...bare.matchAll(NUMBER)].map(([, sign = "", digits = ""]) => {
      // Of "5-9" the hyphen is no sign, and is not matched as one; "1.1x" and "38%" keep their unit outside.
      const text = `${sign}${digits}`;
      return {
        text,
        value: Number(text.replaceAll(",", "")),
        isSigned: sign !== "",
        isInTable: line.startsWith("|"),
      };
    });
  });
}

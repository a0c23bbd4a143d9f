import { describe, expect, it } from "vitest";
import { exclusions, methodSections } from "../../../test/support/number-exclusions.ts";
import {
  type PrintedNumber,
  printedNumbers,
  referenceLines,
} from "../../../test/support/published-numbers.ts";
import { hasShared } from "../../../test/support/shared.ts";
import { shrunkLaboratory } from "../../../test/support/shrunk-laboratory.ts";
import { lookUp } from "../../base/registry.ts";
import type { PublishedRow } from "./published-row.ts";
import { experiments } from "./registry.ts";
import { runExperiments } from "./run-experiments.ts";

/** Experiments that hold the numbers of a section of the reference. */
const experimentsOf: Readonly<Record<string, readonly string[]>> = {
  "1.5": ["figure-7"],
  "2.3": ["top-k-engine"],
  "3.2": ["benchmarks"],
  "3.3": ["headline"],
  "3.4": ["figure-13"],
  "3.5": ["figure-14"],
  "3.6": ["table-3"],
  "3.7": ["figure-2", "table-4"],
  "3.8": ["figure-15"],
  "3.9": ["figure-18"],
  "3.10": ["figure-20"],
  "3.11": ["figure-19"],
  "3.12": ["figure-21"],
  "3.13": ["hat"],
  "3.14": ["pictures"],
  "3.15": ["cross-checks"],
};

/** Of these sections only the lines with results are read; the others are read whole. */
const linesOf: Readonly<Record<string, RegExp>> = { "1.5": /error argument|Fig 7 data/, "2.3": /Batcher/ };

const LEAST_ROWS = 400;
const MOST_NOT_REPRODUCIBLE_RATIO = 0.15;

function numbersOf(section: string): PrintedNumber[] {
  const wanted = linesOf[section] ?? /./;
  return printedNumbers(referenceLines(section).filter((line) => wanted.test(line)));
}

function rowsOf(section: string): readonly PublishedRow[] {
  return experimentsOf[section]!.flatMap((id) => lookUp(experiments, id, "experiment").published);
}

function isOf({ published }: PublishedRow, { value, isSigned }: PrintedNumber): boolean {
  return published === value || (!isSigned && Math.abs(published) === value);
}

function excluded(section: string): Set<string> {
  return new Set((exclusions[section] ?? []).flatMap(({ numbers }) => numbers.split(" ")));
}

/** Numbers that no row holds; of a table each needs a row of its own. */
function missing(
  numbers: readonly PrintedNumber[],
  rows: readonly PublishedRow[],
  left: Set<string>,
): string[] {
  const open = [...rows];
  return numbers
    .filter(({ text }) => !left.has(text))
    .filter((number) => {
      const at = (number.isInTable ? open : rows).findIndex((row) => isOf(row, number));
      if (at !== -1 && number.isInTable) open.splice(at, 1);
      return at === -1;
    })
    .map(({ text }) => text);
}

describe.runIf(hasShared)("the numbers of the reference", () => {
  it("are read as they are printed", () => {
    const texts = (line: string) => printedNumbers([line]).map(({ text }) => text);
    expect(texts("| gpt2-small-1bw | 14369 | 1.1x | -0.31 | 38% | 1,024 |")).toEqual([
      "14369",
      "1.1",
      "-0.31",
      "38",
      "1,024",
    ]);
    expect(texts("range 0.143-0.997, bars [.117,.272], (x3.35), SQuAD v1.1, Fig 14, E5-2640 v4")).toEqual([
      "0.143",
      "0.997",
      ".117",
      ".272",
      "3.35",
    ]);
  });

  it("stand in every section of the evaluation", () => {
    const sections = referenceLines("3")
      .flatMap((line) => /^### (3\.\d+)/.exec(line)?.[1] ?? [])
      .filter((section) => !(methodSections as readonly string[]).includes(section));
    expect(Object.keys(experimentsOf)).toEqual(expect.arrayContaining(sections));
    expect(sections.length).toBeGreaterThan(10);
  });

  const registered = Object.keys(experimentsOf);
  it.each(registered)("of section %s are all rows, or no results for a stated reason", (section) => {
    expect(missing(numbersOf(section), rowsOf(section), excluded(section))).toEqual([]);
  });

  it.each(registered)("of section %s are what the rows say that was published", (section) => {
    const numbers = numbersOf(section);
    const wrong = rowsOf(section).filter(
      (row) => row.derived !== true && !numbers.some((number) => isOf(row, number)),
    );
    expect(wrong.map(({ id, published }) => `${id}: ${published}`)).toEqual([]);
  });

  it("are left out only where they stand", () => {
    for (const section of Object.keys(exclusions)) {
      const texts = new Set(numbersOf(section).map(({ text }) => text));
      expect(
        [...excluded(section)].filter((text) => !texts.has(text)),
        section,
      ).toEqual([]);
    }
  });

  it("would be missed", () => {
    const rows = rowsOf("3.9");
    for (const [index, { id, published }] of rows.entries()) {
      const others = rows.filter((_, at) => at !== index);
      if (others.some((row) => row.published === published)) continue;
      expect(missing(numbersOf("3.9"), others, excluded("3.9")), id).not.toEqual([]);
    }
  });
});

describe("the rows", () => {
  it("are many, each under a name of its own", () => {
    const ids = experiments.flatMap(({ published }) => published.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(LEAST_ROWS);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+([.-][a-z0-9]+)*$/);
  });

  it("are nearly all reproducible", async () => {
    const rows = await runExperiments(experiments, shrunkLaboratory());
    const lost = rows.filter(({ status }) => status === "not reproducible");
    expect(lost.length / rows.length).toBeLessThanOrEqual(MOST_NOT_REPRODUCIBLE_RATIO);
    for (const { id, on } of lost) expect(on.length, id).toBeGreaterThan(20);
  });
});

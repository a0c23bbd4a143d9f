import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSpattenError } from "../../base/errors.ts";
import { parseCsv } from "./csv.ts";
import type { DatasetFiles } from "./dataset.ts";
import { csvRecords } from "./delimited-records.ts";
import { parseGlue } from "./glue.ts";
import { parseJsonLines } from "./json-lines.ts";
import { parsePlainText } from "./plain-text.ts";
import { datasetFormats, openDataset } from "./registry.ts";
import { parseSquad } from "./squad.ts";

/** A folder of texts in memory, or one file of it. */
function filesOf(texts: Readonly<Record<string, string>>, fileName?: string): DatasetFiles {
  return {
    name: "data",
    fileName,
    exists: async (name) => name in texts,
    readText: async (name) => texts[name]!,
    readBytes: async (name) => new TextEncoder().encode(texts[name]),
  };
}

const squad = JSON.stringify({
  data: [
    {
      paragraphs: [
        { context: "one", qas: [{ question: "q1", answers: [{ text: "a", answer_start: 0 }] }] },
        { context: "two", qas: [{ question: "q2", answers: [{ text: "b" }], is_impossible: true }] },
      ],
    },
  ],
});

describe("readers of data sets", () => {
  it("find a layout by its files, and the splits that are there", async () => {
    const formatOf = async (texts: Record<string, string>, fileName?: string) => {
      const { format, splitNames } = await openDataset(filesOf(texts, fileName));
      return [format, ...splitNames];
    };
    expect(await formatOf({ "data_full.json": '{"train":[],"val":[],"test":[]}' })).toEqual([
      "clinc150",
      ...["test", "validation", "train"],
    ]);
    expect(await formatOf({ "categories.json": "", "train.csv": "", "test.csv": "" })).toEqual([
      "banking77",
      ...["test", "train"],
    ]);
    expect(await formatOf({ "dev.tsv": "" })).toEqual(["glue", "validation"]);
    expect(await formatOf({ "mine.jsonl": "" }, "mine.jsonl")).toEqual(["jsonl", "test"]);
    expect(await formatOf({ "train.csv": "" }, "train.csv")).toEqual(["csv", "train"]);
    expect(await formatOf({ "xquad.en.json": squad })).toEqual(["squad", "test"]);
    expect(await formatOf({ "test.txt": "", "valid.txt": "" })).toEqual(["text", "test", "validation"]);
    expect(await formatOf({ "story.txt": "" }, "story.txt")).toEqual(["text", "test"]);
    await expect(openDataset(filesOf({ "notes.txt": "" }))).rejects.toThrow("not known");
    await expect(openDataset(filesOf({}), "cvs")).rejects.toThrow('did you mean "csv"?');
  });

  it("read quoted fields with commas, quotes and line ends, and count lines as an editor does", () => {
    const text = 'text,category\r\n"a, ""b""\nc",x\r\n\r\nplain,y';
    expect(csvRecords(text, "f")).toEqual([
      { line: 1, fields: ["text", "category"] },
      { line: 2, fields: ['a, "b"\nc', "x"] },
      { line: 5, fields: ["plain", "y"] },
    ]);
    expect(parseCsv(text, "f").rows[1]).toMatchObject({ text: "plain", label: "y", where: "f: line 5" });
  });

  it("give back every table of fields that was quoted by the rules", () => {
    const field = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ") });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 3 })), (table) => {
        const text = table
          .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(","))
          .join("\n");
        expect(csvRecords(text, "f").map(({ fields }) => fields)).toEqual(table);
      }),
    );
  });

  it("know the columns of the GLUE tasks", () => {
    const first = (text: string) => parseGlue(text, "f").rows[0];
    expect(first("sentence\tlabel\nit's \"fun\t1")).toMatchObject({ text: "it's \"fun", label: "1" });
    expect(first("gj04\t0\t*\tThey drank the pub.")).toMatchObject({
      text: "They drank the pub.",
      label: "0",
    });
    expect(first("Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\tfirst\tsecond")).toMatchObject({
      ...{ text: "first", context: "second", label: "1" },
    });
    expect(first("index\tquestion\tsentence\tlabel\n0\twho\tsomebody\tentailment")).toMatchObject({
      ...{ text: "who", context: "somebody", label: "entailment" },
    });
    expect(first("index\tsentence1\tsentence2\tscore\n0\ta\tb\t3.8")).toMatchObject({
      context: "b",
      label: "3.8",
    });
  });

  it("read questions with their documents, each document once", () => {
    const { rows, documents } = parseSquad(squad, "f");
    expect(documents).toEqual(["one", "two"]);
    expect(rows).toMatchObject([
      { text: "q1", context: "one", answers: ["a"], document: 0 },
      { text: "q2", answers: [], document: 1, where: "f at data.0.paragraphs.1.qas.0" },
    ]);
    const line = (text: string) => JSON.stringify({ text, context: "same", answers: ["x"] });
    const lines = parseJsonLines(`${line("a")}\n${line("b")}\n`, "f");
    expect(lines.documents).toEqual(["same"]);
    expect(lines.rows).toMatchObject([{ document: 0 }, { document: 0, where: "f: line 2" }]);
  });

  it("take a text as it is, or as the documents between marks", () => {
    expect(parsePlainText(" a\n\nb\n", "f").rows).toEqual([{ kind: "text", where: "f", text: " a\n\nb\n" }]);
    expect(parsePlainText("\na \n<|endoftext|>\n \n<|endoftext|>\r\nb", "f").rows).toEqual([
      { kind: "text", where: "f: document 1", text: "a " },
      { kind: "text", where: "f: document 2", text: "b" },
    ]);
    expect(parsePlainText("<|endoftext|>\n", "f").rows).toEqual([]);
  });

  it("name line and field of a bad row", () => {
    const faults: [() => unknown, string][] = [
      [() => parseCsv("text,label\na,b,c", "f"), "f: line 2: a row has another number of fields"],
      [() => parseCsv("text,label\n ,b", "f"), "f: line 2 at text: a field of the row is empty"],
      [() => parseCsv("words,label\na,b", "f"), "f: line 1: no column holds the text"],
      [() => parseCsv('text,label\n"a,b', "f"), "f: line 2: a quoted field is not closed"],
      [() => parseCsv('text,label\n"a"b,c', "f"), "f: line 2: a quoted field goes on behind its quote"],
      [() => parseGlue("sentence\tlabel\nonly", "f"), "f: line 2"],
      [() => parseJsonLines('{"text":"a","label":"b"}\n{"text":"a"}', "f"), "f: line 2 at label"],
      [() => parseJsonLines('{"text":"a","label":"b"}\n\n{oops', "f"), "f: line 3, column 2"],
      [
        () => parseJsonLines('{"text":"a","label":1}\n{"text":"a","context":"b","answers":[]}', "f"),
        "another kind",
      ],
      [
        () => parseSquad('{"data":[{"paragraphs":[{"context":1}]}]}', "f"),
        "f at data.0.paragraphs.0.context",
      ],
    ];
    for (const [parse, message] of faults) expect(parse).toThrow(message);
  });

  it("refuse a file without rows, and a split that is not there", async () => {
    const dataset = await openDataset(filesOf({ "test.csv": "text,label\n" }));
    await expect(dataset.readSplit("test")).rejects.toThrow("the file holds no row");
    await expect(dataset.readSplit("train")).rejects.toThrow(
      "no such split; got train; expected one of test",
    );
  });

  it("answer any text with rows or with an expected error", async () => {
    const hostile = fc.string({
      unit: fc.constantFrom('"', ",", "\t", "\n", "{", "}", "[", "a", "text", "label", "\u001b", ":"),
    });
    await fc.assert(
      fc.asyncProperty(hostile, fc.constantFrom(...datasetFormats), async (text, format) => {
        try {
          const dataset = await format.open(filesOf({ "test.x": text }, "test.x"));
          expect((await dataset.readSplit("test")).rows.length).toBeGreaterThan(0);
        } catch (error) {
          expect(isSpattenError(error), String(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

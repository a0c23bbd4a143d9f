import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { type OfficialCsv, readOfficialCsv, writeOfficialCsv } from "./official-csv.ts";
import { officialRowsFromWorkload } from "./official-export.ts";
import { OFFICIAL_ASSUMPTIONS } from "./official-header.ts";
import { pairFusedRows } from "./official-pairs.ts";
import { workloadFromOfficialCsv } from "./official-workload.ts";
import { workloadStatistics } from "./statistics.ts";
import { checkWorkload } from "./workload-checks.ts";
import { readWorkload, writeWorkloadLines } from "./workload-lines.ts";

const SHARED = join(import.meta.dirname, "../../../shared");
const SMALL = "small.csv";
const PRUNED = "summary-gpt2-small-wikitext2-per8.csv";
const DENSE = "summary-gpt2-small-wikitext2-per8-step1+dedic.csv";
const lacksFiles = !existsSync(join(SHARED, "data/workloads"));
// biome-ignore lint/suspicious/noConsole: a skipped test must not pass unseen
if (lacksFiles) console.warn(`SKIPPED: the official workload files are not in ${SHARED}`);

function officialText(name: string): string {
  return readFileSync(join(SHARED, "data/workloads", name), "utf8");
}

const HEADER =
  "iteration_id,layer_id,head_id,embedding_length_D,sentence_length_L,key_fetch_num,quant_key_bit,quant_query_bit," +
  "auto_requant_thres,if_requant,auto_requant_incre,value_fetch_num,quant_value_bit,if_accumulate_importance," +
  "if_rescale_previous_importance,if_topk,topk";
const ROW = "0,0,0,64.0,993,993,6,16,0.05,True,4,204,6,True,False,False,-1";

function csvOf(...lines: string[]): OfficialCsv {
  return readOfficialCsv([HEADER, ...lines, ""].join("\n"), "made.csv");
}

describe.skipIf(lacksFiles)("the official files", () => {
  it.each([SMALL, PRUNED, DENSE])("%s is written back byte for byte", (name) => {
    const text = officialText(name);
    expect(writeOfficialCsv(readOfficialCsv(text, name)) === text).toBe(true);
    const windows = text.replaceAll("\n", "\r\n");
    expect(writeOfficialCsv(readOfficialCsv(windows, name)) === windows).toBe(true);
    const open = text.slice(0, -1);
    expect(writeOfficialCsv(readOfficialCsv(open, name)) === open).toBe(true);
  });

  it("per8 has the reductions that spatten.md 1.3 gives", () => {
    const workload = workloadFromOfficialCsv(readOfficialCsv(officialText(PRUNED), PRUNED), PRUNED);
    const found = workloadStatistics(workload);
    expect(found).toMatchObject({
      jobCount: 4608,
      attentionJobCount: 4608,
      queryCount: 4608,
      refetchedQueryCount: 323,
      keysFetchedCount: 1_283_172,
      valuesFetchedCount: 255_180,
      denseKeyCount: 4_647_168,
      headKeepRatio: 1,
      meanKeyBits: 6,
      meanValueBits: 6,
      meanQueryBits: 12,
    });
    expect(found.keyReductionRatio).toBeCloseTo(3.62, 2);
    expect(found.valueReductionRatio).toBeCloseTo(18.2, 1);
    expect(found.keyAndValueReductionRatio).toBeCloseTo(6.04, 2);
    expect(found.lsbFetchRatio).toBeCloseTo(0.07, 3);
  });

  it("per8 is GPT-2 small with a ranking after layers 0, 1, 5 and 11", () => {
    const csv = readOfficialCsv(officialText(PRUNED), PRUNED);
    const { header, jobs } = workloadFromOfficialCsv(csv, PRUNED);
    expect(header).toEqual({
      schema: "spatten/attention-workload@1",
      source: `official CSV ${PRUNED}`,
      phase: "generation",
      model: {
        name: csv.configurationName,
        layerCount: 12,
        queryHeadCount: 12,
        keyValueHeadCount: 12,
        headDimension: 64,
        unprunedLength: 993,
      },
      iterationCount: 32,
      jobCount: 4608,
      plan: csv.configurationName,
      assumptions: [OFFICIAL_ASSUMPTIONS.wideQueries, OFFICIAL_ASSUMPTIONS.restart],
    });
    const rankings = jobs.flatMap((job) => {
      if (job.kind !== "attention" || job.iteration !== 1) return [];
      return job.topK.filter(({ of }) => of === "token").map(({ n, k }) => [job.layer, n, k]);
    });
    expect(rankings).toEqual([
      [0, 921, 716],
      [1, 716, 204],
      [5, 204, 102],
      [11, 102, 102],
    ]);
  });

  it("the dense baseline is pruned by nothing", () => {
    const workload = workloadFromOfficialCsv(readOfficialCsv(officialText(DENSE), DENSE), DENSE);
    expect(workload.header.assumptions).toEqual([OFFICIAL_ASSUMPTIONS.unquantized]);
    expect(workloadStatistics(workload)).toMatchObject({
      attentionJobCount: 4608,
      keyReductionRatio: 1,
      valueReductionRatio: 1,
      keyAndValueReductionRatio: 1,
      lsbFetchRatio: 0,
      headKeepRatio: 1,
      meanKeyBits: 12,
    });
  });

  it("every workload goes through JSON Lines and the CSV unchanged", async () => {
    for (const name of [SMALL, PRUNED, DENSE]) {
      const workload = workloadFromOfficialCsv(readOfficialCsv(officialText(name), name), name);
      checkWorkload(workload, name);
      expect(await readWorkload(writeWorkloadLines(workload), name)).toEqual(workload);
      const text = writeOfficialCsv(officialRowsFromWorkload(workload));
      const again = workloadFromOfficialCsv(readOfficialCsv(text, name), name);
      expect(again.jobs).toEqual(workload.jobs);
      expect(again.header.model).toEqual(workload.header.model);
    }
  });

  it("per8 is 2,304 fused requests, the dense baseline 4,608 single ones", () => {
    const requestsOf = (name: string) => pairFusedRows(readOfficialCsv(officialText(name), name).rows);
    const pruned = requestsOf(PRUNED);
    expect(pruned).toHaveLength(2304);
    expect(pruned.every(({ kind }) => kind === "fused")).toBe(true);
    const dense = requestsOf(DENSE);
    expect(dense).toHaveLength(4608);
    expect(dense.every(({ kind }) => kind === "single")).toBe(true);
  });

  it("every input of the golden cycle counts becomes a workload and comes back byte for byte", () => {
    const folder = join(SHARED, "golden/rtl-cycles/inputs");
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), "utf8");
      const csv = readOfficialCsv(text, name);
      if (writeOfficialCsv(csv) !== text) throw new Error(`${name} is written otherwise`);
      checkWorkload(workloadFromOfficialCsv(csv, name), name);
    }
  });

  it("the inputs of the golden cycle counts are read and paired", () => {
    for (const [name, requests, fused] of [
      ["edge-key6-val8-n4", 2, 2],
      ["edge-key8-val6-n4", 2, 2],
      ["mix-bits-12-10-dense", 5, 0],
      ["mix-pair6-one8-n24", 16, 8],
      ["mix8-rand-n24", 24, 0],
    ] as const) {
      const text = readFileSync(join(SHARED, `golden/rtl-cycles/inputs/${name}.csv`), "utf8");
      const csv = readOfficialCsv(text, name);
      const paired = pairFusedRows(csv.rows, name);
      expect([name, paired.length, paired.filter(({ kind }) => kind === "fused").length]).toEqual([
        name,
        requests,
        fused,
      ]);
    }
  });
});

describe("readOfficialCsv", () => {
  const row = (changes: Record<number, string>): string =>
    ROW.split(",")
      .map((cell, index) => changes[index] ?? cell)
      .join(",");

  test("names the columns of a row by what they mean", () => {
    expect(csvOf(ROW, "configs/a.yml,,,,,,,,,,,,,,,,")).toEqual({
      rows: [
        {
          iteration: 0,
          layer: 0,
          head: 0,
          headDimension: 64,
          sentenceLength: 993,
          keyFetchCount: 993,
          keyBits: 6,
          queryBits: 16,
          requantizeThreshold: 0.05,
          isRequantized: true,
          requantizeBits: 4,
          valueFetchCount: 204,
          valueBits: 6,
          accumulatesImportance: true,
          rescalesImportance: false,
          hasTopK: false,
          topKCount: -1,
        },
      ],
      configurationName: "configs/a.yml",
      lineEnd: "\n",
      endsWithLineEnd: true,
    });
  });

  test.each<[string, string, string]>([
    ["no bytes", "", "f.csv: the file is empty; expected a header line"],
    ["a header alone", `${HEADER}\n`, "f.csv: the file has no rows (is the file cut off?)"],
    [
      "another header",
      `a,b\n${ROW}\n`,
      'f.csv: line 1, column 1: not a workload CSV of the official release: the header differs; got "a"; expected iteration_id',
    ],
    [
      "a header that lacks its last column",
      `${HEADER.slice(0, -5)}\n${ROW}\n`,
      "column 17: not a workload CSV of the official release: the header differs; got nothing; expected topk",
    ],
    [
      "a header with a column more",
      `${HEADER},x\n${ROW}\n`,
      'column 18: not a workload CSV of the official release: the header differs; got "x"; expected the end of the line',
    ],
    ["binary bytes", "\u0000\uFFFD\u0007", 'got "\\u0000\uFFFD\\u0007"'],
    [
      "binary bytes within",
      `${HEADER}\n${row({ 4: "\u0000\uFFFD" })}\n`,
      "f.csv: line 2, column sentence_length_L: a value does not fit",
    ],
    [
      "a missing column",
      `${HEADER}\n${ROW}\n${ROW.slice(0, -3)}\n`,
      "f.csv: line 3: a row has the wrong number of columns; got 16; expected 17 (is the file cut off?)",
    ],
    [
      "a word for a number",
      `${HEADER}\n${row({ 5: "many" })}\n`,
      'f.csv: line 2, column key_fetch_num: a value does not fit; got "many"; expected a whole number of at least 1',
    ],
    [
      "NaN",
      `${HEADER}\n${row({ 8: "nan" })}\n`,
      'column auto_requant_thres: a value does not fit; got "nan"; expected a number of at least 0, or -1',
    ],
    [
      "a negative count",
      `${HEADER}\n${row({ 11: "-5" })}\n`,
      'column value_fetch_num: a value does not fit; got "-5"',
    ],
    [
      "more keys than tokens",
      `${HEADER}\n${row({ 5: "994" })}\n`,
      "column key_fetch_num: a value does not fit; got 994; expected at most sentence_length_L, 993",
    ],
    [
      "more values than keys",
      `${HEADER}\n${row({ 11: "994" })}\n`,
      "column value_fetch_num: a value does not fit; got 994; expected at most key_fetch_num, 993",
    ],
    [
      "a flag in another language",
      `${HEADER}\n${row({ 9: "true" })}\n`,
      'column if_requant: a value does not fit; got "true"; expected True or False',
    ],
    [
      "a ranking of none",
      `${HEADER}\n${row({ 15: "True" })}\n`,
      "column topk: a value does not fit; got -1; expected at least 1, since if_topk is True",
    ],
    ["an immense number", `${HEADER}\n${row({ 4: "9".repeat(400) })}\n`, "column sentence_length_L"],
    [
      "a configuration between rows",
      `${HEADER}\nconfigs/a.yml${",".repeat(16)}\n${ROW}\n`,
      'f.csv: line 2, column iteration_id: a value does not fit; got "configs/a.yml"',
    ],
    [
      "a configuration of control characters",
      `${HEADER}\n${ROW}\na\u0000b${",".repeat(16)}\n`,
      'f.csv: line 3: not the name of a configuration; got "a\\u0000b"',
    ],
    ["a blank line", `${HEADER}\n${ROW}\n\n`, "f.csv: line 3: a row has the wrong number of columns; got 1"],
  ])("refuses %s", (_what, text, message) => {
    expect(() => readOfficialCsv(text, "f.csv")).toThrow(
      expect.objectContaining({ code: "workload", message: expect.stringContaining(message) }),
    );
  });

  test("writes no row that it would not read", () => {
    const { rows } = csvOf(ROW);
    const write = (changes: object) =>
      writeOfficialCsv({ rows: [{ ...rows[0]!, ...changes }], configurationName: undefined });
    expect(() => write({ keyFetchCount: Number.NaN })).toThrow(
      "row 0, column key_fetch_num: a value does not fit; got NaN",
    );
    expect(() => writeOfficialCsv({ rows, configurationName: "a,b" })).toThrow(
      'got "a,b"; expected a path without commas',
    );
  });
});

describe("workloadFromOfficialCsv", () => {
  test.each<[string, string[], string]>([
    [
      "a head twice",
      [ROW, ROW],
      "made.csv: line 3: a job is there twice; got iteration 0, layer 0, head 0 again",
    ],
    [
      "another head dimension",
      [ROW, ROW.replace("0,0,0,64.0", "0,0,1,32.0")],
      "made.csv: line 3: the rows differ in embedding_length_D; got 32; expected 64",
    ],
    [
      "half a dimension",
      [ROW.replace("64.0", "64.5")],
      "made.csv at model.headDimension: invalid workload header; got 64.5; expected a whole number",
    ],
    [
      "a requantization without bits",
      [ROW.replace("True,4", "True,-1")],
      "made.csv: line 2: a row was requantized without bits to add; got quant_key_bit 6, auto_requant_incre -1",
    ],
  ])("refuses %s", (_what, lines, message) => {
    expect(() => workloadFromOfficialCsv(csvOf(...lines), "made.csv")).toThrow(
      expect.objectContaining({ code: "workload", message: expect.stringContaining(message) }),
    );
  });
});

describe("pairFusedRows", () => {
  const rowOf = (head: number, keyBits: number, keys = 993) =>
    `0,0,${head},64.0,993,${keys},${keyBits},16,0.05,False,4,204,${keyBits},True,False,False,-1`;
  test.each<[string, string[], string]>([
    [
      "a row left over",
      [rowOf(0, 6), rowOf(1, 6), rowOf(2, 6)],
      "official rows: row 2 (iteration 0, layer 0, head 2): a 6-bit row has no second one to be fused with; got the end; expected 6-bit rows in consecutive pairs",
    ],
    [
      "a row parted from its second",
      [rowOf(0, 6), rowOf(1, 8), rowOf(2, 6)],
      "row 0 (iteration 0, layer 0, head 0): a 6-bit row has no second one to be fused with; got a row of other bits, iteration 0, layer 0, head 1",
    ],
    [
      "unequal counts",
      [rowOf(0, 6), rowOf(1, 6, 500)],
      "rows 0 and 1 (iteration 0, layer 0, head 0), column key_fetch_num: two 6-bit rows that would be fused differ; got 993 and 500; expected equal counts and bits",
    ],
  ])("refuses %s", (_what, lines, message) => {
    expect(() => pairFusedRows(csvOf(...lines).rows)).toThrow(
      expect.objectContaining({ code: "workload", message: expect.stringContaining(message) }),
    );
  });
});

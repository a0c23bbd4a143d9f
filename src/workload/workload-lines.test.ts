import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AttentionWorkload, FullyConnectedJob, WorkloadJob } from "./attention-workload.ts";
import { MAXIMUM_LINE_LENGTH, splitLines } from "./text-lines.ts";
import { readWorkload, readWorkloadJobs, writeWorkloadLines } from "./workload-lines.ts";
import { sampleJob, sampleWorkload } from "./workload-samples.reference.ts";

const feedForward: FullyConnectedJob = {
  kind: "fully-connected",
  iteration: 0,
  layer: 1,
  name: "feed-forward",
  vectorCount: 4,
  rows: 16,
  columns: 4,
  weightBits: 8,
};

const jobs: WorkloadJob[] = [
  sampleJob({ keyIds: [0, 2, 3, 7], topK: [{ of: "token", n: 4, k: 2, count: 1 }] }),
  sampleJob({ head: 1, valuesPerQuery: [1, 2, 3, 3], refetchedQueries: [0, 3] }),
  feedForward,
];

/** A file of two heads and a feed-forward layer, in which one line is another. */
function linesWith(lineNumber: number, line: unknown): string[] {
  const lines = [...writeWorkloadLines(sampleWorkload(jobs))];
  lines[lineNumber - 1] = typeof line === "string" ? line : JSON.stringify(line);
  return lines;
}

async function* delayed(lines: string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

async function gather(lines: AsyncIterable<string>): Promise<string[]> {
  const gathered: string[] = [];
  for await (const line of lines) gathered.push(line);
  return gathered;
}

describe("a workload that is written", () => {
  test("reads back the same, from lines at once or in time", async () => {
    const workload = sampleWorkload(jobs);
    const lines = [...writeWorkloadLines(workload)];
    expect(await readWorkload(lines, "file")).toEqual(workload);
    expect(await readWorkload(delayed(lines), "file")).toEqual(workload);
  });

  test("has its keys in the order of the schema, whatever their order in memory", () => {
    const workload = sampleWorkload(jobs);
    const reversed = (value: object): unknown => Object.fromEntries(Object.entries(value).reverse());
    const shuffled = { header: reversed(workload.header), jobs: jobs.map(reversed) } as AttentionWorkload;
    expect([...writeWorkloadLines(shuffled)]).toEqual([...writeWorkloadLines(workload)]);
    expect([...writeWorkloadLines(workload)][1]).toBe(
      '{"kind":"attention","iteration":0,"layer":0,"head":0,"keyValueHead":0,"queryCount":4,"keyCount":4,"keyIds":[0,2,3,7],' +
        '"valueCount":3,"valuesPerQuery":2,"queryBits":12,"keyBits":8,"keyLsbBits":4,"valueBits":12,"refetchedQueries":[],' +
        '"topK":[{"of":"token","n":4,"k":2,"count":1}]}',
    );
  });

  test("is refused where it could not be read back", () => {
    const twice = sampleWorkload([sampleJob(), sampleJob()]);
    expect(() => [...writeWorkloadLines(twice)]).toThrow(
      "workload to be written: job 1: a job is there twice; got iteration 0, layer 0, head 0 again",
    );
  });

  test("reads a workload of 12,288 jobs", async () => {
    const many = sampleWorkload([]);
    const heads = Array.from({ length: 12_288 }, (_, index) =>
      sampleJob({ layer: Math.floor(index / 512), head: index % 512 }),
    );
    const model = { ...many.header.model, layerCount: 24, queryHeadCount: 512 };
    const lines = [
      ...writeWorkloadLines({ header: { ...many.header, model, jobCount: 12_288 }, jobs: heads }),
    ];
    expect((await readWorkload(lines, "file")).jobs).toHaveLength(12_288);
  });
});

describe("readWorkloadJobs", () => {
  test("gives the header, then every job, and finds a cut-off file at its end", async () => {
    const kinds: string[] = [];
    const reading = async () => {
      for await (const item of readWorkloadJobs(linesWith(4, ""), "file")) kinds.push(item.kind);
    };
    await expect(reading()).rejects.toThrow(
      "file: line 4: the workload has fewer jobs than its header says; got 2 jobs; expected 3 (is the file cut off?)",
    );
    expect(kinds).toEqual(["header", "job", "job"]);
  });
});

describe("a broken file", () => {
  const [first] = jobs;
  test.each<[string, string[], string]>([
    ["nothing", [], "file: the workload is empty; expected a header line, then a line for each job"],
    [
      "a job first",
      linesWith(1, first),
      'file: line 1: not the header of a workload; expected an object with "schema": "spatten/attention-workload@1"',
    ],
    [
      "another version",
      linesWith(1, { schema: "spatten/attention-workload@2" }),
      'file: line 1: the workload is of another version; got "spatten/attention-workload@2"; expected "spatten/attention-workload@1"',
    ],
    [
      "a line that is cut off",
      linesWith(2, '{"kind":"attention","iter'),
      "file: line 2, column 26: the line is not JSON; got the end of the text; expected the closing quote of a string",
    ],
    [
      "NaN",
      linesWith(2, '{"kind":"attention","iteration":NaN}'),
      'file: line 2, column 33: the line is not JSON; got "NaN}"; expected a value (JSON has neither NaN nor Infinity)',
    ],
    [
      "a negative count",
      linesWith(2, sampleJob({ keyCount: -1 })),
      "file: line 2 at keyCount: invalid job; got -1; expected a number of at least 1",
    ],
    [
      "an infinite count",
      linesWith(2, JSON.stringify(first).replace('"keyCount":4', '"keyCount":1e999')),
      "file: line 2 at keyCount: invalid job; got Infinity",
    ],
    [
      "an unknown key",
      linesWith(2, { ...first, keycount: 4 }),
      'file: line 2: unknown key "keycount" in job',
    ],
    [
      "an iteration beyond",
      linesWith(2, sampleJob({ iteration: 1 })),
      "file: line 2 at iteration: a job does not fit; got 1; expected a number below 1",
    ],
    [
      "a layer beyond",
      linesWith(2, sampleJob({ layer: 2 })),
      "file: line 2 at layer: a job does not fit; got 2; expected a number below 2",
    ],
    [
      "a head beyond",
      linesWith(3, sampleJob({ head: 2 })),
      "file: line 3 at head: a job does not fit; got 2",
    ],
    [
      "a key-value head beyond",
      linesWith(3, sampleJob({ keyValueHead: 2 })),
      "at keyValueHead: a job does not fit; got 2",
    ],
    [
      "more keys than tokens",
      linesWith(2, sampleJob({ keyCount: 9 })),
      "at keyCount: a job does not fit; got 9; expected at most 8",
    ],
    [
      "more queries than tokens",
      linesWith(2, sampleJob({ queryCount: 9 })),
      "at queryCount: a job does not fit; got 9; expected at most 8",
    ],
    [
      "too few ids",
      linesWith(2, sampleJob({ keyIds: [1, 2] })),
      "at keyIds: a job does not fit; got 2 ids; expected 4",
    ],
    [
      "ids in disorder",
      linesWith(2, sampleJob({ keyIds: [0, 2, 1, 3] })),
      "at keyIds.2: a job does not fit; got 1; expected more than the 2 before it",
    ],
    [
      "an id twice",
      linesWith(2, sampleJob({ keyIds: [0, 2, 2, 3] })),
      "at keyIds.2: a job does not fit; got 2",
    ],
    [
      "an id beyond",
      linesWith(2, sampleJob({ keyIds: [0, 1, 2, 8] })),
      "at keyIds.3: a job does not fit; got 8; expected a number below 8",
    ],
    [
      "too few numbers of values",
      linesWith(2, sampleJob({ valuesPerQuery: [1, 1, 1] })),
      "at valuesPerQuery: a job does not fit; got 3 numbers; expected 4, one a query",
    ],
    [
      "a query with more values than are fetched",
      linesWith(2, sampleJob({ valuesPerQuery: [1, 1, 4, 1] })),
      "at valuesPerQuery: a job does not fit; got 4; expected at most valueCount, 3",
    ],
    [
      "more values than keys",
      linesWith(2, sampleJob({ valueCount: 5 })),
      "at valueCount: a job does not fit; got 5; expected at most keyCount, 4",
    ],
    [
      "a refetched query beyond",
      linesWith(2, sampleJob({ refetchedQueries: [4] })),
      "at refetchedQueries.0: a job does not fit; got 4; expected a number below 4",
    ],
    [
      "a refetched query twice",
      linesWith(2, sampleJob({ refetchedQueries: [1, 1] })),
      "at refetchedQueries.1: a job does not fit",
    ],
    [
      "a refetch of no bits",
      linesWith(2, sampleJob({ refetchedQueries: [1], keyLsbBits: 0 })),
      "at keyLsbBits: a job does not fit; got 0; expected at least 1, since there are refetched queries",
    ],
    [
      "a top-k of more than there are",
      linesWith(2, sampleJob({ topK: [{ of: "token", n: 2, k: 3, count: 1 }] })),
      "at topK.0.k: a job does not fit; got 3; expected at most n, 2",
    ],
    [
      "a head twice",
      linesWith(3, first),
      "file: line 3: a job is there twice; got iteration 0, layer 0, head 0 again",
    ],
    [
      "a layer's part twice",
      linesWith(3, feedForward),
      'file: line 4: a job is there twice; got iteration 0, layer 1, "feed-forward" again',
    ],
    [
      "a job too many",
      [...linesWith(1, sampleWorkload(jobs).header), JSON.stringify({ ...feedForward, layer: 0 })],
      "file: line 5: the workload has more jobs than its header says; got 4 jobs; expected 3",
    ],
    [
      "a line without end",
      linesWith(3, " ".repeat(MAXIMUM_LINE_LENGTH + 1)),
      "file: line 3: a line is too long; got more than 67108864 characters",
    ],
    [
      "deep nesting",
      linesWith(2, "[".repeat(1e5) + "]".repeat(1e5)),
      "file: line 2: the line is nested too deep; expected at most 100 levels",
    ],
  ])("with %s is refused", async (_what, lines, message) => {
    await expect(readWorkload(lines, "file")).rejects.toThrow(
      expect.objectContaining({ code: "workload", message: expect.stringContaining(message) }),
    );
  });

  test("a generation has one query an iteration and one more key each", async () => {
    const { header } = sampleWorkload([]);
    const generation = (job: WorkloadJob): AttentionWorkload => ({
      header: { ...header, phase: "summarization-then-generation", iterationCount: 3, jobCount: 1 },
      jobs: [job],
    });
    const write = (job: WorkloadJob): string[] => [...writeWorkloadLines(generation(job))];
    expect(write(sampleJob({ iteration: 2, queryCount: 1, keyCount: 10 }))).toHaveLength(2);
    expect(write(sampleJob({ queryCount: 8, keyCount: 8 }))).toHaveLength(2);
    expect(() => write(sampleJob({ iteration: 1, queryCount: 2 }))).toThrow(
      "at queryCount: a job does not fit; got 2",
    );
    expect(() => write(sampleJob({ iteration: 1, queryCount: 1, keyCount: 10 }))).toThrow(
      "got 10; expected at most 9",
    );
  });
});

describe("splitLines", () => {
  test("gives the same lines however a text is cut into pieces", async () => {
    const text = fc
      .array(fc.constantFrom("a", "é", "\r", "\n"), { maxLength: 30 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat({ max: 5 })), async (whole, lengths) => {
        const pieces: string[] = [];
        let rest = whole;
        for (const length of lengths) {
          pieces.push(rest.slice(0, length));
          rest = rest.slice(length);
        }
        const expected = whole.split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(await gather(splitLines([...pieces, rest], "file"))).toEqual(expected);
      }),
    );
  });

  test("refuses a line without end before it has been gathered", async () => {
    const piece = "x".repeat(2 ** 20);
    let given = 0;
    function* endless(): Generator<string> {
      for (;;) {
        given++;
        yield piece;
      }
    }
    await expect(gather(splitLines(endless(), "file"))).rejects.toThrow("file: line 1: a line is too long");
    expect(given).toBe(65);
  });
});

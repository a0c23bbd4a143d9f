import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Progress } from "../base/checkpoint.ts";
import { isSpattenError } from "../base/errors.ts";
import { createRandom } from "../base/random.ts";
import { mutatedBytes } from "../base/tensor-file/mutated-bytes.reference.ts";
import { createSpatten } from "../index.ts";
import { gpt2SmallPruned992 } from "../machines/spatten/reference-workloads.ts";
import { writeOfficialCsv } from "../workload/official-csv.ts";
import { officialRowsFromWorkload } from "../workload/official-export.ts";
import { writeWorkloadLines } from "../workload/workload-lines.ts";
import { wholeWorkload } from "../workload/workload-source.ts";
import { readWorkloadFile } from "./read-workload.ts";

const HELD = Number.POSITIVE_INFINITY;
const STREAMED = 0;
const neverAborted = new AbortController().signal;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-read-workload-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (file: string, heldBytes: number, signal = neverAborted) =>
  readWorkloadFile(file, signal, () => undefined, heldBytes);

/** The first rows of a released schedule, as either kind of file. */
const { header, jobs } = gpt2SmallPruned992();
const few = { header: { ...header, jobCount: 300 }, jobs: jobs.slice(0, 300) };
const texts = {
  "work.jsonl": `${[...writeWorkloadLines(few)].join("\n")}\n`,
  "work.csv": writeOfficialCsv(officialRowsFromWorkload(few)),
};

async function outcomeOf(file: string, heldBytes: number): Promise<unknown> {
  try {
    const { header: ownHeader, jobs: ownJobs } = wholeWorkload(await read(file, heldBytes));
    return { header: ownHeader, jobs: ownJobs };
  } catch (error) {
    if (isSpattenError(error)) return error.message;
    throw error;
  }
}

for (const [name, text] of Object.entries(texts)) {
  test(`${name}: streamed, it is the workload that it is in memory, and so is its report`, async () => {
    const file = join(folder, name);
    writeFileSync(file, text);
    const [held, streamed] = [await read(file, HELD), await read(file, STREAMED)];
    expect(Array.isArray(streamed.jobs)).toBe(false);
    expect(wholeWorkload(streamed).jobs).toEqual(held.jobs);
    const spatten = createSpatten();
    for (const fidelity of ["analytical", "cycle"] as const) {
      const report = await spatten.simulate(streamed, { fidelity, seeds: [0] });
      expect(JSON.stringify(report)).toBe(
        JSON.stringify(await spatten.simulate(held, { fidelity, seeds: [0] })),
      );
    }
  });

  test(`${name}: damaged, it is refused with the same words streamed and in memory`, async () => {
    const file = join(folder, `damaged-${name}`);
    let refused = 0;
    for (let seed = 0; seed < 150; seed++) {
      const bytes = mutatedBytes(new TextEncoder().encode(text), createRandom(seed));
      writeFileSync(file, new TextDecoder().decode(bytes));
      const held = await outcomeOf(file, HELD);
      expect(await outcomeOf(file, STREAMED), `seed ${seed}`).toEqual(held);
      if (typeof held === "string") refused++;
    }
    expect(refused).toBeGreaterThan(75);
  });
}

test("who gives up is answered before the file has been read", async () => {
  const file = join(folder, "aborted.jsonl");
  writeFileSync(file, texts["work.jsonl"]);
  await expect(read(file, STREAMED, AbortSignal.abort())).rejects.toThrow(
    expect.objectContaining({ code: "aborted" }),
  );
});

test("progress in megabytes belongs to the reading, not to later passes", async () => {
  const file = join(folder, "progress.csv");
  writeFileSync(file, texts["work.csv"]);
  const seen: Progress[] = [];
  const source = await readWorkloadFile(file, neverAborted, (progress) => seen.push(progress), STREAMED);
  const count = seen.length;
  expect(count).toBeGreaterThan(0);
  wholeWorkload(source);
  expect(seen.length).toBe(count);
});

test.skipIf(process.platform === "win32")("a pipe, which cannot be read again, is held", async () => {
  const pipe = join(folder, "pipe.jsonl");
  expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
  const reading = read(pipe, STREAMED);
  const { createWriteStream } = await import("node:fs");
  createWriteStream(pipe).end(texts["work.jsonl"]);
  expect(Array.isArray((await reading).jobs)).toBe(true);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { isSpattenError } from "../base/errors.ts";
import { createRandom, type Random } from "../base/random.ts";
import { mutatedBytes } from "../base/tensor-file/mutated-bytes.reference.ts";
import { readOfficialCsv, writeOfficialCsv } from "./official-csv.ts";
import type { OfficialRow } from "./official-row.ts";
import { workloadFromOfficialCsv } from "./official-workload.ts";
import { randomWorkload } from "./random-workload.ts";
import { streamWorkloadLines } from "./streamed-lines.ts";
import { streamOfficialCsv } from "./streamed-official.ts";
import { readWorkload, writeWorkloadLines } from "./workload-lines.ts";
import { type WorkloadSource, wholeWorkload } from "./workload-source.ts";

/** A pass over a source, and another one: both must give the same jobs. */
function twice(source: WorkloadSource): unknown {
  const { header, jobs } = wholeWorkload(source);
  expect([...source.jobs]).toEqual(jobs);
  return { header, jobs };
}

/** What a reader gives, or the message with which it refuses. */
async function outcomeOf(read: () => unknown): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    if (isSpattenError(error) && error.code === "workload") return error.message;
    throw error;
  }
}

function mutant(text: string, seed: number): string {
  return new TextDecoder().decode(mutatedBytes(new TextEncoder().encode(text), createRandom(seed)));
}

function inPieces(text: string, random: Random): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + random.integer(random.integer(2) === 0 ? 4 : 400);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

test("a stream of lines gives, pass after pass, what reading them into memory gives", async () => {
  for (let seed = 0; seed < 100; seed++) {
    const workload = randomWorkload(createRandom(seed));
    const refetched = workload.jobs.map((job) =>
      job.kind === "attention" ? { ...job, refetchedQueries: [] } : job,
    );
    const lines = [...writeWorkloadLines({ ...workload, jobs: refetched })];
    expect(twice(streamWorkloadLines(lines, "test"))).toEqual(await readWorkload(lines, "test"));
  }
});

test("damaged lines are refused with the same words, or give the same workload", async () => {
  const workload = randomWorkload(createRandom(4));
  const jobs = workload.jobs.map((job) => ({ ...job, refetchedQueries: [] }));
  const text = [...writeWorkloadLines({ ...workload, jobs })].join("\n");
  for (let seed = 0; seed < 1000; seed++) {
    const lines = mutant(text, seed).split("\n");
    const held = await outcomeOf(() => readWorkload(lines, "mutant"));
    expect(await outcomeOf(() => twice(streamWorkloadLines(lines, "mutant"))), `seed ${seed}`).toEqual(held);
  }
});

const rowArbitrary = fc
  .record({
    iteration: fc.nat(2),
    layer: fc.nat(1),
    head: fc.nat(3),
    headDimension: fc.constantFrom(64, 64, 64, 32),
    sentenceLength: fc.integer({ min: 1, max: 30 }),
    keyBits: fc.constantFrom(-1, 6, 8),
    queryBits: fc.constantFrom(-1, 12, 16),
    isRequantized: fc.boolean(),
    requantizeBits: fc.constantFrom(4, 4, 4, -1),
    hasTopK: fc.boolean(),
    topKCount: fc.integer({ min: 1, max: 40 }),
  })
  .map(
    (row): OfficialRow => ({
      ...row,
      keyFetchCount: Math.ceil(row.sentenceLength / 2),
      requantizeThreshold: 0.05,
      valueFetchCount: Math.ceil(row.sentenceLength / 4),
      valueBits: row.keyBits,
      accumulatesImportance: true,
      rescalesImportance: false,
    }),
  );
const textArbitrary = fc
  .record({
    rows: fc.array(rowArbitrary, { minLength: 1, maxLength: 8 }),
    configurationName: fc.constantFrom(undefined, "configs/a.yml"),
    lineEnd: fc.constantFrom("\n" as const, "\r\n" as const),
    endsWithLineEnd: fc.boolean(),
  })
  .map(writeOfficialCsv);

async function expectSameCsv(text: string, seed: number): Promise<unknown> {
  const pieces = inPieces(text, createRandom(seed));
  const held = await outcomeOf(() => workloadFromOfficialCsv(readOfficialCsv(text, "file"), "file"));
  expect(await outcomeOf(() => twice(streamOfficialCsv(pieces, "file")))).toEqual(held);
  return held;
}

test("an official file in pieces of any length gives the workload of the whole text, or is refused with the same words", async () => {
  const refused = new Set<boolean>();
  await fc.assert(
    fc.asyncProperty(textArbitrary, fc.nat(), async (text, seed) => {
      refused.add(typeof (await expectSameCsv(text, seed)) === "string");
    }),
    { numRuns: 300 },
  );
  expect(refused).toEqual(new Set([true, false]));
});

test("damaged official files are refused with the same words, or give the same workload", async () => {
  await fc.assert(
    fc.asyncProperty(textArbitrary, fc.nat(), async (text, seed) => {
      await expectSameCsv(mutant(text, seed), seed);
    }),
    { numRuns: 500 },
  );
  for (const text of ["", "\n", "\r\n", "a", "\n\n"]) await expectSameCsv(text, 0);
});

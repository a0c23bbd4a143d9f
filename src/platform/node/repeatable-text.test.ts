import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSpattenError } from "../../base/errors.ts";
import { readLines } from "./read-input.ts";
import { repeatableBytes, repeatableLines, repeatableText } from "./repeatable-text.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-repeatable-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function outcomeOf(read: () => Promise<string[]>): Promise<string[] | string> {
  try {
    return await read();
  } catch (error) {
    if (isSpattenError(error)) return error.message;
    throw error;
  }
}

async function gathered(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

const bytesArbitrary = fc.oneof(
  fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  fc.string({ unit: fc.constantFrom("a", "é", "\n", "\r\n", "\r") }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
);

test("lines are those of the stream that is read once, pass after pass, or the same refusal", async () => {
  const file = join(folder, "any.txt");
  await fc.assert(
    fc.asyncProperty(bytesArbitrary, async (bytes) => {
      writeFileSync(file, bytes);
      const once = await outcomeOf(() => gathered(readLines(file, 40)));
      const lines = repeatableLines(file, 40);
      expect(await outcomeOf(async () => [...lines])).toEqual(once);
      expect(await outcomeOf(async () => [...lines])).toEqual(once);
    }),
    { numRuns: 300 },
  );
});

test("letters that lie across two pieces come out whole", () => {
  const file = join(folder, "long.txt");
  const text = `a${"é\n".repeat(300_000)}`;
  writeFileSync(file, text);
  const pieces = [...repeatableText(file)];
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.join("")).toBe(text);
});

test("a file that changed between two passes is refused", () => {
  const file = join(folder, "changed.txt");
  writeFileSync(file, "one\ntwo\n");
  const lines = repeatableLines(file, 40);
  expect([...lines]).toEqual(["one", "two"]);
  utimesSync(file, new Date(0), new Date(0));
  expect(() => [...lines]).toThrow(/changed while it was read/);
});

test("only what has a length and a beginning can be read again", () => {
  writeFileSync(join(folder, "three.txt"), "abc");
  expect(repeatableBytes(join(folder, "three.txt"))).toBe(3);
  expect(repeatableBytes(folder)).toBe(undefined);
  expect(repeatableBytes(join(folder, "nothing.txt"))).toBe(undefined);
});

test.skipIf(!existsSync("/proc/self/fd"))("a pass that stops half-way leaves no file open", () => {
  const file = join(folder, "open.txt");
  writeFileSync(file, "one\ntwo\n");
  const open = "/proc/self/fd";
  const targetOf = (handle: string): string | undefined => {
    try {
      return readlinkSync(join(open, handle));
    } catch {
      // Closed since it was listed.
      return undefined;
    }
  };
  for (let pass = 0; pass < 20; pass++) for (const _ of repeatableLines(file, 40)) break;
  expect(readdirSync(open).filter((handle) => targetOf(handle) === realpathSync(file))).toEqual([]);
});

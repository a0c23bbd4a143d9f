import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { spattenHere } from "../support/command-line.ts";
import { damagedGguf, ggufFiles } from "../support/damaged-gguf.ts";
import { spatten } from "../support/exec.ts";

// `npm run evidence robustness` runs 200 of them, a process each; here a sample in this process.
const CASES = Number(process.env.SPATTEN_FUZZ_CASES ?? 20);
const run = process.env.SPATTEN_FUZZ_CASES === undefined ? spattenHere : spatten;
const ALLOWED = new Set([0, 2, 3]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-gguf-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const generate = (file: string) =>
  run(["run", "--model", file, "--text", "the other", "--generate", "3", "--plan", "none", "--json"]);

describe("mutated GGUF files through the command line", () => {
  it("as they are, they generate", async () => {
    for (const [index, { file }] of ggufFiles.entries()) {
      const path = join(folder, `whole-${index}.gguf`);
      writeFileSync(path, file);
      const { code, stdout, stderr } = await generate(path);
      expect(code, stderr).toBe(0);
      expect((JSON.parse(stdout) as { generated: { ids: number[] } }).generated.ids.length).toBe(3);
    }
  });

  it(`${CASES} of them end with an exit code of the table, without a stack`, async () => {
    for (let index = 0; index < CASES; index++) {
      const path = join(folder, `${index}.gguf`);
      writeFileSync(path, damagedGguf(ggufFiles[index % ggufFiles.length]!, createRandom(7000 + index)));
      const { code, stderr } = await generate(path);
      expect(ALLOWED.has(code ?? -1), `${path}: exit code ${code}\n${stderr}`).toBe(true);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { spattenHere } from "../support/command-line.ts";
import { spatten } from "../support/exec.ts";
import { mutatedFolder } from "../support/mutated-folder.ts";
import { type ModelFiles, tinyFamilies } from "../support/tiny-folders.ts";

// `npm run evidence robustness` runs 204 over all families; here a sample that fits the five minutes.
const CASES = Number(process.env.SPATTEN_FUZZ_CASES ?? 1);
// A sample in this process; evidence pays for a process each.
const run = process.env.SPATTEN_FUZZ_CASES === undefined ? spattenHere : spatten;
const ALLOWED = new Set([0, 2, 3]);

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "spatten-mutants-"));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

function folderOnDisk(files: ModelFiles): string {
  const folder = mkdtempSync(join(place, "model-"));
  for (const [file, bytes] of files) writeFileSync(join(folder, file), bytes);
  return folder;
}

describe.each(tinyFamilies)(
  "mutated folders of a $name through the command line",
  ({ folders, takesTexts }) => {
    it(`${CASES} of them end with an exit code of the table and without a stack`, async () => {
      const random = createRandom(6);
      const commands = Array.from({ length: CASES }, (_, index) => {
        const files = folders[index % folders.length]!;
        // The first one is whole.
        const mutant = index === 0 ? files : mutatedFolder(files, random).files;
        const folder = folderOnDisk(mutant);
        return takesTexts
          ? ["run", "--model", folder, "--text", "what is my balance?", "--plan", "none"]
          : ["export", "--model", folder, "--out", join(folder, "graph.onnx")];
      });
      for (let index = 0; index < commands.length; index += 2) {
        await Promise.all(
          commands.slice(index, index + 2).map(async (command) => {
            const { code, stderr } = await run(command);
            expect(ALLOWED.has(code ?? -1), `${command.join(" ")}: exit code ${code}\n${stderr}`).toBe(true);
            expect(stderr).not.toMatch(/\n\s+at /);
          }),
        );
      }
    }, 3_600_000);
  },
);

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../src/base/random.ts";
import { spattenHere } from "../support/command-line.ts";
import { spatten } from "../support/exec.ts";

// `npm run evidence` runs 200 of them; here a sample that fits the five minutes.
const CASES = Number(process.env.SPATTEN_FUZZ_CASES ?? 24);
// A sample in this process; evidence pays for a process each.
const run = process.env.SPATTEN_FUZZ_CASES === undefined ? spattenHere : spatten;
const ALLOWED = new Set([0, 2, 3]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-fuzz-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A few random bytes changed, dropped, doubled or put in. */
function mutate(bytes: Buffer, random: Random): Buffer {
  let mutated = Buffer.from(bytes);
  for (let edit = 0; edit <= random.integer(4); edit++) {
    const at = random.integer(mutated.length + 1);
    const [head, tail] = [mutated.subarray(0, at), mutated.subarray(at)];
    const noise = Buffer.from(Array.from({ length: 1 + random.integer(8) }, () => random.integer(256)));
    const choice = random.integer(4);
    if (choice === 0) mutated = Buffer.concat([head, noise, tail.subarray(noise.length)]);
    else if (choice === 1) mutated = Buffer.concat([head, noise, tail]);
    else if (choice === 2) mutated = Buffer.concat([head, tail.subarray(random.integer(64))]);
    else mutated = head.length === 0 ? Buffer.alloc(0) : Buffer.from(head);
  }
  return mutated;
}

describe("mutated files through the command line", () => {
  it(`${CASES} of them end with an exit code of the table, soon and without a stack`, async () => {
    const workload = join(folder, "seed.jsonl");
    expect((await run(["run", "--text", "book a flight to rome", "--workload", workload])).code).toBe(0);
    const plan = "name: x\nsource: y\nvalues: { keepRatio: 0.5, rounding: ceil, minimumCount: 1 }\n";
    const seeds = [
      { name: "work.jsonl", bytes: readFileSync(workload), command: ["simulate", "@"] },
      {
        name: "plan.yaml",
        bytes: Buffer.from(plan),
        command: ["run", "--text", "hello there", "--plan", "@"],
      },
      {
        name: "machine.yaml",
        bytes: Buffer.from("extends: spatten\nsoftmaxParallelism: 4\n"),
        command: ["run", "--text", "hello there", "--machine", "@"],
      },
      { name: "text.txt", bytes: Buffer.from("what is my balance"), command: ["run", "--text-file", "@"] },
    ];
    const random = createRandom(20);
    const cases = Array.from({ length: CASES }, (_, index) => {
      const seed = seeds[index % seeds.length]!;
      const file = join(folder, `${index}-${seed.name}`);
      writeFileSync(file, mutate(seed.bytes, random));
      return { file, command: seed.command.map((part) => (part === "@" ? file : part)) };
    });
    for (let index = 0; index < cases.length; index += 2) {
      await Promise.all(
        cases.slice(index, index + 2).map(async ({ file, command }) => {
          const { code, stderr } = await run(command);
          expect(ALLOWED.has(code ?? -1), `${file}: exit code ${code}\n${stderr}`).toBe(true);
          expect(stderr).not.toMatch(/\n\s+at /);
        }),
      );
    }
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ValidationDocument } from "../../src/experiments/validation/validation-document.ts";
import { BERT_COLUMNS } from "../../src/machines/bert-behavioural/head-row.ts";
import { spattenHere } from "../support/command-line.ts";
import { spatten } from "../support/exec.ts";

/** One head of 128 keys at 8 bits, by hand: 2 × 16 of DRAM, 128 × 16 of fill, 119 of drain. */
const HAND = { dram: 32, fill: 2048, drain: 119, sum: 2199 };

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "spatten-validate-"));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A golden folder with one run of the behavioural model, whose sum is what it is said to be. */
function goldenFolder(name: string, sumCycles: number): string {
  const folder = join(place, name);
  const model = join(folder, "bert-model");
  for (const part of ["inputs", "outputs"]) mkdirSync(join(model, part), { recursive: true });
  const row = "0,0,64,128,128,8,8,16,-1,False,-1,-1,True,False,-1";
  writeFileSync(join(model, "inputs", "tiny.csv"), `${BERT_COLUMNS.join(",")}\n${row}\n`);
  writeFileSync(join(model, "outputs", "tiny.ch16.mul512.ze4.txt"), `0\t${HAND.sum}\nSUM\t${sumCycles}\n`);
  const terms = [HAND.dram, HAND.fill, HAND.drain, 0, HAND.sum].join();
  writeFileSync(join(model, "breakdown.csv"), `header\ntiny,16,512,0,${terms}\n`);
  return folder;
}

const ONLY = ["--only", "bert-behavioural"];

describe("spatten validate", () => {
  it("says in one line that a recorded row is equal", async () => {
    const golden = goldenFolder("equal", HAND.sum);
    const { code, stdout, stderr } = await spattenHere(["validate", "--golden", golden, ...ONLY]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /^equal {4}bert-behavioural: .*: 2 of 2 runs and layers: .*\n\n1 passed, 0 failed/,
    );
  });

  it("fails with exit code 1 where a row was changed, and says what was expected and what came", async () => {
    const golden = goldenFolder("changed", HAND.sum + 1);
    const { code, stdout } = await spattenHere(["validate", "--golden", golden, ...ONLY]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAILS {4}bert-behavioural: .*: 1 of 2 runs and layers/);
    expect(stdout).toContain("tiny.ch16.mul512.ze4.txt: sum: expected 2200, got 2199");
    expect(stdout).toContain("0 passed, 1 failed, 0 skipped");
  });

  it("fails on a row that cannot be read, and goes on", async () => {
    const golden = goldenFolder("unreadable", HAND.sum);
    rmSync(join(golden, "bert-model", "inputs", "tiny.csv"));
    const more = ["validate", "--golden", golden, ...ONLY, "dram-streams"];
    const { code, stdout } = await spattenHere(more);
    expect(code).toBe(1);
    expect(stdout).toContain("golden/bert-model/inputs/tiny.csv: no such file");
    expect(stdout).toContain("1 passed, 1 failed, 0 skipped");
  });

  it("skips aloud what needs a folder that is not beside it, and runs the rest", async () => {
    const more = ["validate", "--only", "release-cycles", "dram-streams", "bridge"];
    const { code, stdout } = await spatten(more, { cwd: place });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /skipped {2}release-cycles: .*golden\/rtl-cycles\/cycles\.csv is not there; looked in \.\.\/shared\/golden, name another folder with --golden FOLDER/,
    );
    expect(stdout).toMatch(/equal {4}dram-streams: .*2 of 2 streams/);
    expect(stdout).toMatch(/skipped {2}bridge: .*--workloads FOLDER/);
    expect(stdout).toContain("1 passed, 0 failed, 1 skipped");
  });

  it("refuses a named folder that is not there, and an oracle that there is none", async () => {
    const lost = await spattenHere(["validate", "--golden", join(place, "lost"), ...ONLY]);
    expect(lost.code).toBe(3);
    expect(lost.stderr).toMatch(/--golden: no such folder; got .*lost.*\[missing-data\]/);
    const unknown = await spattenHere(["validate", "--only", "dram-stream"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("dram-streams");
    for (const { stdout } of [lost, unknown]) expect(stdout).toBe("");
  });

  it("prints one JSON document", async () => {
    const golden = goldenFolder("json", HAND.sum + 1);
    const { code, stdout } = await spattenHere(["validate", "--golden", golden, ...ONLY, "--json"]);
    expect(code).toBe(1);
    const found = JSON.parse(stdout) as ValidationDocument;
    expect(found).toMatchObject({
      schema: "spatten/validation@1",
      isPartial: true,
      counts: { passed: 0, failed: 1, skipped: 0 },
      oracles: [{ id: "bert-behavioural", state: "failed", kind: "behavioural model" }],
      shown: [],
    });
  });

  it("writes the page whole, also of a failure, with no path of the machine and nothing that is obeyed", async () => {
    const golden = goldenFolder("page", HAND.sum);
    const outputs = join(golden, "bert-model", "outputs");
    writeFileSync(join(outputs, "a|\u001b[31m.txt"), "");
    const page = join(place, "validation.md");
    writeFileSync(page, "former\n".repeat(10_000));
    const { code } = await spattenHere(["validate", "--golden", golden, ...ONLY, "--markdown", page]);
    expect(code).toBe(1);
    const text = readFileSync(page, "utf8");
    expect(text).toMatch(/^# Validation\n/);
    expect(text).not.toContain("former");
    expect(text).toContain("0 passed, 1 failed, 0 skipped.");
    expect(text).toMatch(/\| \*\*FAILS\*\* \| `bert-behavioural`.* 2 of 3 runs and layers/);
    expect(text).toContain("a\\|\\\\u{1b}[31m.txt");
    expect(text).not.toContain(place);
    expect(text).not.toContain("\u001b");
    expect(readdirSync(place).filter((name) => name.includes("validation"))).toEqual(["validation.md"]);
  });
});

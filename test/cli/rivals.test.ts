import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { spatten } from "../support/exec.ts";

let folder: string;
let work: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spatten-rivals-"));
  work = join(folder, "work.jsonl");
  const text = "what is the weather like in paris tomorrow";
  const run = ["run", "--text", text, "--plan", "none", "--workload", work, "--tensors"];
  expect((await spatten(run)).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("times and computes a recorded sentence on every rival", async () => {
  const { stdout } = await spatten(["list", "machines"]);
  for (const machine of ["a3-base", "a3-conservative", "a3-aggressive", "mnnfast", "mnnfast-separate"]) {
    expect(stdout).toMatch(new RegExp(`^machines +${machine} `, "m"));
  }
  const people = await spatten(["simulate", work, "--machine", "a3-conservative", "--compute"]);
  expect(people.stdout).toMatch(
    /GOP\/s, .* GOP\/J, .* \(dense-equivalent, two operations a MAC, DRAM energy included\)/,
  );
  expect(people.stdout).toMatch(/sorting of keys .* cycles, .*, not in the figures/);
  expect(people.stdout).toMatch(/of the keys \d+\.\d+ % candidates, \d+\.\d+ % kept/);
});

it("is described for a paper as that rival's", async () => {
  const { stdout } = await spatten(["simulate", work, "--machine", "mnnfast", "--methods"]);
  expect(stdout).toContain("that of MNNFast (ISCA 2019)");
  expect(stdout).not.toContain("are those of SpAtten");
});

it("ends with 2 for heads that are too wide, tensors that are missing and switches that exclude each other", async () => {
  const wide = join(folder, "wide.jsonl");
  const text = readFileSync(work, "utf8").replace(/"headDimension":\d+/, '"headDimension":80');
  writeFileSync(wide, text.replace(/,"tensors":"[^"]*"/, ""));
  const machine = join(folder, "machine.yaml");
  writeFileSync(machine, "extends: a3-base\nsorting: { counted: true }\n");
  const outcomes = [
    await spatten(["simulate", wide, "--machine", "a3-base"]),
    await spatten(["simulate", wide, "--machine", "mnnfast", "--compute"]),
    await spatten(["simulate", work, "--machine", machine]),
  ];
  expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2]);
  expect(outcomes[0]!.stderr).toContain("model.headDimension");
  expect(outcomes[1]!.stderr).toContain("at tensors");
  expect(outcomes[2]!.stderr).toContain("sorting.counted");
});

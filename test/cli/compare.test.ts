import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Comparison } from "../../src/machines/compare.ts";
import { bertBaseDense128 } from "../../src/machines/spatten/reference-workloads.ts";
import { spattenHere } from "../support/command-line.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-compare-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function compare(...more: string[]): Promise<Comparison & { readonly sensitivity?: unknown[] }> {
  const { code, stdout, stderr } = await spattenHere(["compare", ...more, "--json"]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

it("puts machines side by side on a benchmark, in a table, bars and a roofline", async () => {
  const arguments_ = ["compare", "bert-base-sst-2", "--machines", "titan-xp,spatten,a3-base"];
  const { code, stdout } = await spattenHere(arguments_);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^machine +cycles +time +GOP\/s +GOP\/J +GOP\/s\/mm² +DRAM +energy +speed +saving$/m,
  );
  expect(stdout).toMatch(/^titan-xp .* 1\.00× +1\.00×$/m);
  expect(stdout).toMatch(/^spatten +\d.*× +█+/m);
  expect(stdout).toMatch(/^a3-base .* % +\w+$/m);
  expect(stdout).toContain("titan-xp rests on titan-xp-attention-seconds");
  expect(stdout).toContain("not published for this task: tokenCount");
});

it("takes a file, conventions and assumptions, and runs a benchmark at their ends", async () => {
  const file = join(folder, "work.jsonl");
  const { header, jobs } = bertBaseDense128();
  writeFileSync(file, `${[header, ...jobs].map((row) => JSON.stringify(row)).join("\n")}\n`);
  const one = await compare(
    file,
    "--machines",
    "spatten",
    "--mac-operations",
    "1",
    "--operations",
    "executed",
  );
  expect(one.workload).toBe("bert-base-dense-128");
  expect(one.conventions).toEqual({
    operationsPerMultiplyAccumulate: 1,
    operations: "executed",
    dramEnergy: "included",
  });
  const name = ["bert-base-cola", "--machines", "spatten,titan-xp"];
  const usual = await compare(...name, "--sensitivity");
  const longer = await compare(...name, "--assume", "tokenCount=60", "--assume", "headReduction=1");
  expect(usual.sensitivity!.length).toBeGreaterThan(3);
  expect(longer.rows[0]!.cycles).toBeGreaterThan(usual.rows[0]!.cycles);
  expect(longer.rows[0]!.assumptions).toContain("workload: tokenCount 60: given by the user instead of 11");
});

it("writes either figure", async () => {
  for (const figure of ["bars", "roofline"]) {
    const file = join(folder, `${figure}.svg`);
    await compare("bert-base-rte", "--machines", "titan-xp,spatten", "--svg", file, "--figure", figure);
    expect(readFileSync(file, "utf8")).toMatch(/^<svg .*aria-label="[^"]*spatten/s);
  }
});

it("ends with 2 for names that are not there, heads that are too wide and assumptions about a file", async () => {
  const wide = join(folder, "wide.jsonl");
  const { header, jobs } = bertBaseDense128();
  const model = { ...header.model, headDimension: 80 };
  writeFileSync(wide, `${[{ ...header, model }, ...jobs].map((row) => JSON.stringify(row)).join("\n")}\n`);
  const bert = "bert-base-cola";
  const outcomes = await Promise.all(
    [
      [bert, "--machines", "titan-xp,spaten"],
      ["bert-base-colla", "--machines", "spatten"],
      [wide, "--machines", "spatten-eighth,a3-base"],
      [wide, "--machines", "spatten", "--assume", "tokenCount=3"],
      [bert, "--machines", "spatten", "--assume", "tokenCuont=3"],
      [bert, "--machines", "spatten", "--assume", "tokenReduction=90"],
      [bert, "--machines", "spatten,,a3-base"],
      [bert],
    ].map((more) => spattenHere(["compare", ...more])),
  );
  expect(outcomes.map(({ code }) => code)).toEqual(outcomes.map(() => 2));
  const said = [
    /did you mean "spatten"/,
    /did you mean "bert-base-cola"/,
    /machine "spatten-eighth": .* 64 for heads of 80/,
    /only a benchmark has assumptions/,
    /did you mean "tokenCount"/,
    /tokenReduction/,
    /commas/,
    /--machines/,
  ];
  for (const [index, { stderr, stdout }] of outcomes.entries()) {
    expect(stderr).toMatch(said[index]!);
    expect(stdout).toBe("");
  }
});

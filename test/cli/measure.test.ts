import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Comparison } from "../../src/machines/compare.ts";
import { spattenHere } from "../support/command-line.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-measure-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("writes a record that a comparison reads as a machine", async () => {
  const out = join(folder, "times.json");
  const benchmark = "bert-base-cola";
  const measured = await spattenHere([
    ...["measure", "attention", "--out", out, "--date", "2000-01-01"],
    ...["--benchmarks", benchmark, "--runs", "7", "--warm-up", "0"],
  ]);
  expect(measured.code, measured.stderr).toBe(0);
  expect(measured.stdout).toMatch(/^ +12 +11 +11 +int8 /m);
  const { code, stdout } = await spattenHere([
    "compare",
    benchmark,
    "--machines",
    `${out},spatten`,
    "--json",
  ]);
  expect(code).toBe(0);
  const { rows } = JSON.parse(stdout) as Comparison;
  expect(rows.map(({ machine }) => machine)).toEqual(["this-cpu", "spatten"]);
  expect(rows[0]!.assumptions.join("\n")).toContain("2000-01-01");
});

it("ends with 2 for an unknown benchmark, no date and too few runs, 3 without a record, and writes nothing", async () => {
  const out = join(folder, "none.json");
  const attention = ["measure", "attention", "--out", out];
  const date = ["--date", "2000-01-01"];
  const outcomes = [
    await spattenHere([...attention, ...date, "--benchmarks", "bert-base-colla"]),
    await spattenHere(attention),
    await spattenHere([...attention, ...date, "--runs", "3"]),
    await spattenHere(["compare", "bert-base-cola", "--machines", "this-cpu"]),
  ];
  expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2, 3]);
  expect(outcomes[3]!.stderr).toContain("spatten measure attention");
  expect(existsSync(out)).toBe(false);
});

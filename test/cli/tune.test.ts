import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Evaluation } from "../../src/quality/evaluation/evaluate.ts";
import type { Tuning } from "../../src/quality/tuning/tuning.ts";
import { spatten } from "../support/exec.ts";
import { writeLabelledTexts } from "../support/labelled-texts.ts";

let folder: string;
let dataset: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-tune-"));
  dataset = writeLabelledTexts(folder, 4);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tune = (...more: string[]) => spatten(["tune", "--dataset", dataset, "--floor", "1", ...more]);

describe("spatten tune", () => {
  it("writes a plan that runs, draws the front, and gives the same again from finished trials", async () => {
    const at = (name: string) => join(folder, name);
    const search = ["--trials", "12", "--cache", at("trials.jsonl"), "--json"];
    const first = await tune(...search, "--out", at("tuned.yaml"), "--svg", at("front.svg"));
    expect(first.code, first.stderr).toBe(0);
    const tuning = JSON.parse(first.stdout) as Tuning;
    expect(tuning).toMatchObject({
      schema: "spatten/tuning@1",
      finding: "pruned",
      dataset: { cutFrom: "test" },
    });
    expect(tuning.search.triedCount).toBe(12);
    expect(tuning.chosen.quality.difference.value * 100).toBeGreaterThanOrEqual(-1);
    expect(tuning.chosen.savings.dramBytes.savedRatio).toBeGreaterThan(1);
    expect(readFileSync(at("front.svg"), "utf8")).toMatch(
      /^<svg[\s\S]*xmlns="http:\/\/www.w3.org\/2000\/svg"[\s\S]*<\/svg>\n$/,
    );

    const trials = readFileSync(at("trials.jsonl"), "utf8");
    const again = await tune(...search);
    expect(JSON.parse(again.stdout)).toEqual(tuning);
    expect(readFileSync(at("trials.jsonl"), "utf8")).toBe(trials);

    const evaluated = await spatten(["evaluate", "--dataset", dataset, "--plan", at("tuned.yaml"), "--json"]);
    expect(evaluated.code, evaluated.stderr).toBe(0);
    const { plan } = JSON.parse(evaluated.stdout) as Evaluation;
    expect(plan).toEqual(tuning.chosen.plan);
    expect(plan.source).toContain("12 plans tried");
  });

  it("shows the front as a picture and says how far to trust it", async () => {
    const { code, stdout, stderr } = await tune("--trials", "6", "--cache", join(folder, "trials.jsonl"));
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("6 plans tried");
    expect(stdout).toContain("◆");
    expect(stdout).toContain("optimistic");
  });

  it.each([
    [["--floor", "-1"], "--floor"],
    [["--floor", "101"], "from 0 to 100"],
    [["--objective", "joy"], "dram, energy, operations, cycles, time"],
    [["--engine", "abacus"], 'unknown engine "abacus"'],
    [["--metric", "acuracy"], 'did you mean "accuracy"'],
    [["--trials", "0"], "--trials"],
  ])("refuses %j and writes nothing", async (options, message) => {
    const out = join(folder, "never.yaml");
    const { code, stderr } = await tune(...options, "--out", out);
    expect(stderr).toContain(message);
    expect([code, existsSync(out)]).toEqual([2, false]);
  });
});

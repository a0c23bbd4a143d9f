import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Tuning } from "../../src/index.ts";
import { spattenHere } from "../support/command-line.ts";
import { commandLine } from "../support/exec.ts";
import { writeLabelledTexts } from "../support/labelled-texts.ts";

let folder: string;
let dataset: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-tune-"));
  dataset = writeLabelledTexts(folder, 6);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tune = (...more: string[]) =>
  spattenHere(["tune", "--dataset", dataset, "--floor", "1", "--limit", "5", "--trials", "7", ...more]);

/** What does not depend on how fast this computer was. */
function withoutTimes(stdout: string): Tuning {
  return JSON.parse(stdout, (key, value: unknown) => (key === "measuredMilliseconds" ? 0 : value)) as Tuning;
}

describe("spatten tune", () => {
  it("writes a plan that evaluate takes, draws it, and is free where trials are kept", async () => {
    const [cache, plan, picture] = ["trials.jsonl", "tuned.yaml", "front.svg"].map((name) =>
      join(folder, name),
    );
    const files = ["--cache", cache!, "--out", plan!, "--svg", picture!];
    const { code, stdout, stderr } = await tune(...files);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("5 rows of validation, cut out of test since the data set has none");
    expect(stdout).toMatch(/7 plans tried, \d of them on all rows/);
    expect(stdout).toMatch(/^◆ .*×/m);
    expect(stdout).toContain("is optimistic: it was chosen for it among 7; --test judges it on others");
    expect(readFileSync(picture!, "utf8")).toMatch(/^<svg xmlns=/);
    const written = parse(readFileSync(plan!, "utf8")) as { name: string; source: string };
    expect(written.source).toMatch(/spatten tune: of 7 plans tried, .* of mine\.jsonl .*seed 0$/);
    expect(written.source).not.toContain(folder);
    const judged = await spattenHere(["evaluate", "--dataset", dataset, "--limit", "1", "--plan", plan!]);
    expect([judged.code, judged.stderr]).toEqual([0, ""]);

    const kept = readFileSync(cache!, "utf8");
    const [once, again] = [await tune("--json", "--cache", cache!), await tune("--json", "--jobs", "2")];
    expect(readFileSync(cache!, "utf8")).toBe(kept);
    expect(withoutTimes(once.stdout).chosen.plan).toEqual(written);
    expect(withoutTimes(again.stdout)).toEqual(withoutTimes(once.stdout));
  });

  it("judges the chosen plan on rows that the search never saw", async () => {
    const { code, stdout, stderr } = await tune("--test", "--trials", "3");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("on 12 rows of test, which the search never saw: dense");
    expect(stdout).toMatch(/the floor (holds|does not hold) there/);
  });

  it("keeps the finished trials of a search that Ctrl-C stopped, writes nothing, and ends with 130", async () => {
    const [cache, plan] = [join(folder, "stopped.jsonl"), join(folder, "stopped.yaml")];
    const linesNow = () => (existsSync(cache) ? readFileSync(cache, "utf8").split("\n").length - 1 : 0);
    const options = ["--floor", "1", "--trials", "900", "--cache", cache, "--out", plan];
    const child = spawn(process.execPath, [commandLine, "tune", "--dataset", dataset, ...options]);
    const ended = new Promise((resolve) => child.on("close", resolve));
    while (linesNow() < 3 && child.exitCode === null) await wait(5);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect([linesNow() >= 3, existsSync(plan)]).toEqual([true, false]);
  });

  it.each([
    [["--metric", "acuracy"], 2, 'no metric "acuracy"'],
    [["--objective", "joy"], 2, "Allowed choices are dram, energy"],
    [["--engine", "abacus"], 2, 'unknown engine "abacus"'],
    [["--trials", "0"], 2, "--trials"],
    [["--floor", "-1"], 2, "--floor"],
    [["--split", "train"], 3, "no such split"],
    [["--trials", "1", "--out", "/nowhere/plan.yaml"], 2, "/nowhere/plan.yaml"],
  ])("refuses %j with one line", async (more, exitCode, message) => {
    const { code, stdout, stderr } = await tune(...more);
    expect([code, stdout]).toEqual([exitCode, ""]);
    expect(stderr).toContain(message);
  });

  it("goes on from no cache of other data", async () => {
    const cache = join(folder, "other.jsonl");
    writeFileSync(cache, '{"schema":"spatten/tuning-trials@1","configHash":"0"}\n');
    const { code, stderr } = await tune("--cache", cache);
    expect([code, stderr]).toEqual([2, expect.stringContaining("of another configuration")]);
  });
});

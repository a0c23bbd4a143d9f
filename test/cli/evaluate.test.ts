import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Evaluation } from "../../src/quality/evaluation/evaluate.ts";
import { genesis } from "../support/bundled-decoder.ts";
import { spattenHere } from "../support/command-line.ts";
import { commandLine } from "../support/exec.ts";
import { writeLabelledTexts } from "../support/labelled-texts.ts";

let folder: string;
let dataset: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-evaluate-"));
  dataset = writeLabelledTexts(folder, 50);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const evaluate = (...more: string[]) => spattenHere(["evaluate", "--dataset", dataset, ...more]);

/** What does not depend on how fast this computer was. */
function withoutTime(stdout: string): Evaluation {
  const { savings, ...evaluation } = JSON.parse(stdout) as Evaluation;
  return {
    ...evaluation,
    savings: { ...savings, measuredMilliseconds: { dense: 0, pruned: 0, savedRatio: 0 } },
  };
}

describe("spatten evaluate", () => {
  it("prints quality with intervals and savings, the same from threads, in batches and from finished rows", async () => {
    const { code, stdout, stderr } = await evaluate("--limit", "8", "--json");
    expect(code, stderr).toBe(0);
    const evaluation = withoutTime(stdout);
    expect(evaluation).toMatchObject({
      schema: "spatten/evaluation@1",
      task: "classification",
      dataset: { format: "jsonl", split: "test", rowCount: 8 },
    });
    const accuracy = evaluation.metrics[0]!;
    expect(accuracy.rightCount).toEqual({ dense: 6, pruned: 6 });
    expect(accuracy.dense.low).toBeLessThan(accuracy.dense.value);
    expect(evaluation.savings.dramBytes.savedRatio).toBeGreaterThan(1);
    const rows = join(folder, "rows.jsonl");
    for (const jobs of ["2", "1"]) {
      const again = await evaluate("--limit", "8", "--json", "--jobs", jobs, "--resume", rows);
      expect(again.code, again.stderr).toBe(0);
      expect(withoutTime(again.stdout)).toEqual(evaluation);
    }
    const inBatches = await evaluate("--limit", "8", "--json", "--batch", "3");
    expect(inBatches.code, inBatches.stderr).toBe(0);
    expect(withoutTime(inBatches.stdout)).toEqual(evaluation);
    expect(readFileSync(rows, "utf8").split("\n")).toHaveLength(1 + 8 + 1);
    const other = await evaluate("--limit", "8", "--plan", "none", "--resume", rows);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("of another configuration")]);
    const numbers = await evaluate("--limit", "8", "--arithmetic", "spatten", "--resume", rows);
    expect([numbers.code, numbers.stderr]).toEqual([2, expect.stringContaining("of another configuration")]);
  });

  it("judges the machine's number formats against the dense model in float32, and says so", async () => {
    const inCodes = ["--limit", "4", "--arithmetic", "spatten", "--plan", "none"];
    const [document, text, threads] = [
      await evaluate(...inCodes, "--json"),
      await evaluate(...inCodes),
      await evaluate(...inCodes, "--json", "--jobs", "2"),
    ];
    const evaluation = JSON.parse(document.stdout) as Evaluation;
    expect(evaluation.arithmetic).toBe("spatten");
    expect(evaluation.metrics[0]!.rightCount).toEqual({ dense: 3, pruned: 3 });
    expect(withoutTime(threads.stdout)).toEqual(withoutTime(document.stdout));
    expect(text.stdout).toContain("under plan none, pruned in arithmetic spatten, dense in float32");
  });

  it("keeps the finished rows of a run that Ctrl-C stopped, and ends with 130", async () => {
    const rows = join(folder, "stopped.jsonl");
    const linesNow = () => (existsSync(rows) ? readFileSync(rows, "utf8").split("\n").length - 1 : 0);
    const child = spawn(process.execPath, [commandLine, "evaluate", "--dataset", dataset, "--resume", rows]);
    const ended = new Promise((resolve) => child.on("close", resolve));
    while (linesNow() < 4 && child.exitCode === null) await wait(5);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    const kept = linesNow();
    expect(kept).toBeGreaterThanOrEqual(4);
    const { code, stdout } = await evaluate("--limit", "3", "--resume", rows);
    expect([code, linesNow()]).toEqual([0, kept]);
    expect(stdout).toContain("3 rows of test");
  });

  it("judges a decoder on windows of a text, the same from threads and from finished rows", async () => {
    const text = join(folder, "story.txt");
    writeFileSync(text, genesis);
    const rows = join(folder, "windows.jsonl");
    const onText = ["--dataset", text, "--model", "gpt2-kjv-shakespeare", "--window", "16", "--limit", "3"];
    const shown = await evaluate(...onText, "--resume", rows);
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).toContain("under plan half-cache");
    expect(shown.stdout).toContain("95 % of 1000 resamples of 3 blocks of 8 consecutive tokens");
    expect(shown.stdout).toContain(
      "windows of 16 tokens, begin token 1999 in front: a prompt of 9, then 8 one",
    );
    expect(shown.stdout).toMatch(/decides as the dense model on .* of the tokens/);
    const lines = readFileSync(rows, "utf8");
    const again = await evaluate(...onText, "--resume", rows, "--json");
    const threads = await evaluate(...onText, "--jobs", "2", "--json");
    expect([again.code, threads.code], threads.stderr).toEqual([0, 0]);
    expect(readFileSync(rows, "utf8")).toBe(lines);
    expect(withoutTime(threads.stdout)).toEqual(withoutTime(again.stdout));
    const wide = await evaluate(...onText, "--window", "500");
    expect([wide.code, wide.stderr]).toEqual([2, expect.stringContaining("smaller --window")]);
    const cut = await evaluate(...onText, "--max-tokens", "9");
    expect([cut.code, cut.stderr]).toEqual([2, expect.stringContaining("--window (windowTokenCount)")]);
  });

  it.each([
    [["--dataset", "nowhere"], 3, "no such data set"],
    [["--split", "train"], 3, "no such split"],
    [["--arithmetic", "spatten", "--engine", "onnx"], 3, "the reference engine computes in the machine's"],
    [["--arithmetic", "spaten"], 2, "Allowed choices are float32, spatten"],
    [["--task", "retrieval"], 2, "does not fit the model"],
    [["--format", "squad"], 2, "mine.jsonl: line 2, column 1: the file is not JSON"],
    [["--batch", "2", "--jobs", "2"], 2, "cannot be used with"],
    [["--limit", "0"], 2, "expected a whole number from 1"],
    [["--engine", "abacus"], 2, 'unknown engine "abacus"'],
  ])("refuses %j with one line", async (more, exitCode, message) => {
    const { code, stdout, stderr } = await evaluate(...more);
    expect([code, stdout]).toEqual([exitCode, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("\u001b");
  });

  it("names a class of the data set that the model lacks, without obeying its characters", async () => {
    const file = join(folder, "bad.csv");
    writeFileSync(file, "text,label\nhello,\u001b[2Jgreeting\n");
    const { code, stderr } = await spattenHere(["evaluate", "--dataset", file]);
    expect(code).toBe(2);
    expect(stderr).toContain("bad.csv: line 2 at label: the model has no such class");
    expect(stderr).not.toContain("\u001b");
  });
});

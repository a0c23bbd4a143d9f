import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ledger } from "../../src/index.ts";
import type { Comparison } from "../../src/machines/index.ts";
import { spatten } from "../support/exec.ts";
import { repository } from "../support/shared.ts";

const page = readFileSync(join(repository, "docs", "your-accelerator.md"), "utf8");
const source = /```js\n([\s\S]*?)```/.exec(page)![1]!;
let folder: string;
let plugin: string;
const run = (...parts: string[]) => spatten(["--plugin", plugin, ...parts], { cwd: folder });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-accelerator-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve(repository), join(folder, "node_modules", "spatten"), "dir");
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  plugin = join(folder, "window-machine.mjs");
  writeFileSync(plugin, source);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the accelerator of docs/your-accelerator.md", () => {
  it("is under 100 lines", () => {
    expect(source.split("\n").length).toBeLessThan(100);
  });

  it("stands in a comparison and in its picture", async () => {
    const machines = ["--machines", "spatten-eighth,window-machine,a3-base"];
    const { code, stdout, stderr } = await run(
      "compare",
      "gpt2-small-ptb",
      ...machines,
      "--svg",
      "bars.svg",
      "--json",
    );
    expect(code, stderr).toBe(0);
    const { rows } = JSON.parse(stdout) as Comparison;
    const [spattenRow, mine] = rows;
    expect(mine).toMatchObject({
      machine: "window-machine",
      bound: "dram",
      areaSquareMillimetres: 1.2,
    });
    // Each head that pruning has left: 258 rows of 64 bytes at 64 bytes a cycle, and 32 cycles.
    const headCount = mine!.cycles / (258 + 32);
    expect(Number.isInteger(headCount)).toBe(true);
    expect(headCount).toBeLessThan(32 * 144);
    expect(mine!.speedupRatio).toBeCloseTo(spattenRow!.seconds / mine!.seconds, 12);
    expect(mine!.dramBytes).toBe(headCount * 258 * 64);
    expect(readFileSync(join(folder, "bars.svg"), "utf8")).toContain("window-machine");
  });

  it("has its row in the ledger, judged as ours are, and its picture", async () => {
    const { code, stdout, stderr } = await run("reproduce", "window-paper", "--html", "page.html", "--json");
    expect(code, stderr).toBe(0);
    const { rows } = JSON.parse(stdout) as Ledger;
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      id: "window-paper-speedup",
      published: 8.1,
      evidence: "predicted",
      hingesOn: [],
    });
    expect(rows[0]!.deviationPercent).toBeCloseTo(100 * (rows[0]!.ours! / 8.1 - 1), 2);
    expect(readFileSync(join(folder, "page.html"), "utf8")).toContain(
      "The window machine's paper".replace("'", "&#39;"),
    );
  });
});

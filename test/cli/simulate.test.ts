import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Explanation } from "../../src/machines/explain.ts";
import type { MachineReport } from "../../src/machines/machine-report.ts";
import { spattenHere } from "../support/command-line.ts";

let folder: string;
let work: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spatten-simulate-"));
  work = join(folder, "work.jsonl");
  await spattenHere([
    "run",
    "--text",
    "book a table for two",
    "--plan",
    "clinc150-values",
    "--workload",
    work,
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function simulate<Result>(...more: string[]): Promise<Result> {
  const { code, stdout, stderr } = await spattenHere(["simulate", work, "--json", ...more]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Result;
}

describe("spatten simulate", () => {
  it("tells drawn results over seeds: mean and range, and the run of the median", async () => {
    const { cycles, seed, spread } = await simulate<MachineReport>("--fidelity", "cycle", "--seeds", "7");
    expect(spread!.seeds).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(spread!.seeds).toContain(seed);
    expect(spread!.leastCycles).toBeLessThanOrEqual(cycles);
    expect(spread!.mostCycles).toBeGreaterThanOrEqual(cycles);
    expect(spread!.leastCycles).toBeLessThan(spread!.mostCycles);
    const five = await simulate<MachineReport>("--fidelity", "cycle");
    expect(five.spread!.seeds).toEqual([0, 1, 2, 3, 4]);
    expect((await simulate<MachineReport>()).spread).toBeUndefined();
  });

  it("says why: what set the pace over the whole run, and what each ideal part would gain", async () => {
    const { cycles, why } = await simulate<MachineReport & { why: Explanation }>("--why");
    expect(why.pace.at(-1)!.endCycle).toBe(cycles);
    const speedups = why.counterfactuals.map(({ speedupRatio }) => speedupRatio);
    expect(speedups.length).toBeGreaterThan(5);
    expect(speedups).toEqual(speedups.toSorted((left, right) => right - left));
    const { stdout } = await spattenHere(["simulate", work, "--why"]);
    expect(stdout).toContain("ideal top-k");
    expect(stdout).toContain("what set the pace");
  });

  it("prints the paragraph for a methods section", async () => {
    const { stdout } = await spattenHere(["simulate", work, "--methods"]);
    expect(stdout).toMatch(/^We simulate SpAtten \(preset `spatten` of spatten \d/);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    const report = await simulate<MachineReport & { methods: string }>("--methods");
    expect(`${report.methods}\n`).toBe(stdout);
  });

  it("writes a trace with a track for each unit and channel, whole or not at all", async () => {
    const file = join(folder, "work.trace.json");
    await simulate("--fidelity", "cycle", "--trace", file);
    const { traceEvents } = JSON.parse(readFileSync(file, "utf8")) as {
      traceEvents: { name: string; args?: { name?: string } }[];
    };
    const tracks = traceEvents.filter(({ name }) => name === "thread_name").map(({ args }) => args!.name);
    expect(tracks).toContain("softmax");
    expect(tracks).toContain("DRAM channel 0");
    const refused = await spattenHere(["simulate", work, "--trace", join(folder, "no.json")]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--fidelity cycle");
    expect(readdirSync(folder).sort()).toEqual(["work.jsonl", "work.trace.json"]);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spattenHere } from "../support/command-line.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-dram-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the command prints. */
async function dram(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await spattenHere(["dram", ...words]);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe("spatten dram", () => {
  it("prints the golden figures of a generator", async () => {
    const result = JSON.parse(
      await dram("rand-n256", "--device", "hbm2-ramulator2-2023", "--outstanding", "16", "--json"),
    );
    expect(result).toMatchObject({
      trace: "rand-n256",
      outstandingLimit: 16,
      cycles: 920,
      latencyCycles: { mean: 54.25, p50: 54, p99: 82, max: 112 },
      refreshes: 0,
    });
    const lost = Object.values(result.lostCycles as Record<string, number>).reduce(
      (sum, cycles) => sum + cycles,
      0,
    );
    expect(lost + result.dataCycles).toBe(920);
    expect(result.device.validation.writes).toContain("not validated");
  });

  it("prints a report for people", async () => {
    const text = await dram("seq-n65536");
    expect(text).toContain("seq-n65536 on hbm2-2gbps");
    expect(text).toMatch(/refresh\s+\d/);
    expect(text).toContain("writes: not validated by an outside figure");
  });

  it("replays a file, and writes the commands", async () => {
    const [trace, commands] = [join(folder, "some.trace"), join(folder, "commands.csv")];
    writeFileSync(trace, "R 0\nW 0x4000\n4096\n");
    const result = JSON.parse(await dram(trace, "--commands", commands, "--json", "--device", "ddr4-3200"));
    expect(result).toMatchObject({ requests: 3, reads: 2, writes: 1 });
    const lines = readFileSync(commands, "utf8").trim().split("\n");
    expect(lines[0]).toBe("1, ACT, 0, 0, 0, 0, 0, 0");
    expect(lines.filter((line) => line.includes(" WR, "))).toHaveLength(1);
  });

  it.each([
    [["seq-n4", "--device", "hbm3"], 'unknown DRAM device "hbm3"'],
    [["seq-n0"], "out of range"],
    [["nonsense"], "no trace generator"],
    [["./missing.trace"], "no such file"],
    [["seq-n4", "--outstanding", "0"], "at least 1"],
  ])("refuses %j", async (words, expected) => {
    const { code, stderr } = await spattenHere(["dram", ...words]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
  });

  it("names the line of a bad trace", async () => {
    const trace = join(folder, "bad.trace");
    writeFileSync(trace, "0\nR 32\nR thirty\n");
    const { code, stderr } = await spattenHere(["dram", trace]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${trace}, line 3: not a request`)]);
  });
});

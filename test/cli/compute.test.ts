import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MachineReport } from "../../src/machines/machine-report.ts";
import { spattenHere } from "../support/command-line.ts";

const TEXT = "what is the weather like in paris tomorrow";
let folder: string;
let work: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spatten-compute-"));
  work = join(folder, "work.jsonl");
  const run = ["run", "--text", TEXT, "--plan", "clinc150-strong", "--workload", work, "--tensors"];
  expect((await spattenHere(run)).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("spatten simulate --compute", () => {
  it("adds what the machine computed to the report, and changes nothing else of it", async () => {
    const counted = await spattenHere(["simulate", work, "--json"]);
    const computed = await spattenHere(["simulate", work, "--json", "--compute"]);
    const { function: found, ...report } = JSON.parse(computed.stdout) as MachineReport;
    expect(report).toEqual(JSON.parse(counted.stdout));
    expect(found!.errorOverBoundRatio).toBeLessThanOrEqual(1);
    expect(found!.heads).toHaveLength(14);
    expect(found!.decisions.token).toMatchObject({ equalCount: 3, unexplainedCount: 0 });
    expect(Object.keys(found!.heads[0]!)).not.toContain("outputCodes");
  });

  it("says so to people, in a few lines", async () => {
    const { stdout } = await spattenHere(["simulate", work, "--compute"]);
    expect(stdout).toMatch(
      /outputs against floats: 0\.\d+ % \(rms\), at most 0\.0\d+, \d+\.\d+ % of the stated bound/,
    );
    expect(stdout).toMatch(/token top-k +3 as recorded, 0 different\n/);
    expect(stdout).toMatch(/head top-k +1 as recorded, 0 different\n/);
    expect(stdout).not.toContain("low bits fetched");
  });

  it("refuses without tensors, without their file, with others' tensors, on a machine that only counts", async () => {
    const copy = (name: string, change: (text: string) => string) => {
      writeFileSync(join(folder, name), change(readFileSync(work, "utf8")));
      return join(folder, name);
    };
    const unnamed = copy("unnamed.jsonl", (text) => text.replace(/,"tensors":"[^"]*"/, ""));
    const lost = copy("lost.jsonl", (text) => text.replace("work.safetensors", "lost.safetensors"));
    const other = copy("other.jsonl", (text) => text.replace("work.safetensors", "other.safetensors"));
    const recorded = join(folder, "other.safetensors");
    copyFileSync(work.replace(".jsonl", ".safetensors"), recorded);
    writeFileSync(recorded, readFileSync(recorded).subarray(0, 5000));
    const outcomes = [
      await spattenHere(["simulate", unnamed, "--compute"]),
      await spattenHere(["simulate", lost, "--compute"]),
      await spattenHere(["simulate", other, "--compute"]),
      await spattenHere(["simulate", work, "--compute", "--machine", "bert-behavioural"]),
    ];
    expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2, 3]);
    expect(outcomes[0]!.stderr).toMatch(/unnamed\.jsonl at tensors: .*spatten run --workload FILE --tensors/);
    expect(outcomes[1]!.stderr).toMatch(/lost\.safetensors: cannot read: no such file/);
    expect(outcomes[2]!.stderr).toMatch(/other\.safetensors.*\[workload\]/);
    expect(outcomes[3]!.stderr).toMatch(/counts, but does not compute.*spatten, spatten-eighth/);
    for (const { stdout } of outcomes) expect(stdout).toBe("");
  });
});

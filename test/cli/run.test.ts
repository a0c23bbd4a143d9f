import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MachineReport } from "../../src/machines/machine-report.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { fullyConnectedWorkload } from "../../src/workload/fully-connected-jobs.ts";
import { writeWorkloadLines } from "../../src/workload/workload-lines.ts";
import { spattenHere } from "../support/command-line.ts";
import { spatten } from "../support/exec.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-run-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = "what is the weather like in paris tomorrow";

async function runJson(...more: string[]): Promise<RunDocument> {
  const { code, stdout, stderr } = await spattenHere(["run", "--text", TEXT, "--json", ...more]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as RunDocument;
}

describe("spatten run", () => {
  it("prints the document that scripts rely on", async () => {
    const run = await runJson();
    expect(run.schema).toBe("spatten/run@1");
    expect(run.input.tokens[0]).toBe("[CLS]");
    expect(run.dense).toMatchObject({ kind: "classification", label: "weather" });
    expect((run.pruned as { logits?: number[] }).logits).toHaveLength(150);
    expect(run.layers).toHaveLength(4);
    for (const layer of run.layers) {
      expect(layer.keysFetched).toBe(layer.tokensKept.length * layer.headsKept.length);
      expect(layer.valuesFetched).toBeLessThanOrEqual(layer.keysFetched);
      expect(layer.lsbFetchRatio).toBe(0);
    }
    expect(run.provenance).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      commit: expect.toSatisfy((commit: unknown) => commit === null || /^[0-9a-f]{40}$/.test(String(commit))),
      runtime: `node ${process.versions.node}`,
      configHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      seed: 0,
    });
    for (const report of [run.machine.dense, run.machine.pruned]) expectReport(report);
    expect(run.machine.pruned.cycles).toBeLessThan(run.machine.dense.cycles);
  });

  it("runs in the machine's number formats, whose decisions the machine takes too, and says so", async () => {
    const file = join(folder, "codes.jsonl");
    const run = await runJson("--arithmetic", "spatten", "--workload", file, "--tensors");
    const inFloats = await runJson();
    expect(run).toMatchObject({ arithmetic: "spatten", dense: inFloats.dense, pruned: { label: "weather" } });
    expect([inFloats.arithmetic, run.pruned]).not.toEqual(["spatten", inFloats.pruned]);
    expect(run.provenance.configHash).not.toBe(inFloats.provenance.configHash);
    const simulated = await spattenHere(["simulate", file, "--compute", "--json"]);
    expect((JSON.parse(simulated.stdout) as MachineReport).function!.differences).toEqual([]);
  });

  it("gives the same bytes twice, here and in a process, and the workload simulates to the same report", async () => {
    const file = join(folder, "work.jsonl");
    const first = await spattenHere(["run", "--text", TEXT, "--json", "--workload", file]);
    const firstWorkload = readFileSync(file, "utf8");
    const second = await spatten(["run", "--text", TEXT, "--json", "--workload", file]);
    expect(second.stdout).toBe(first.stdout);
    expect(readFileSync(file, "utf8")).toBe(firstWorkload);
    const simulated = await spattenHere(["simulate", file, "--json"]);
    expect(JSON.parse(simulated.stdout)).toEqual((JSON.parse(first.stdout) as RunDocument).machine.pruned);
  });

  it("simulates fully connected layers that stand in a workload, on the machine that runs them", async () => {
    const file = join(folder, "fully-connected.jsonl");
    const workload = fullyConnectedWorkload("gpt2-small", { tokenCount: 1, weightBits: 8 });
    writeFileSync(file, [...writeWorkloadLines(workload), ""].join("\n"));
    const outcome = await spattenHere(["simulate", file, "--machine", "spatten-e2e", "--json"]);
    const report = JSON.parse(outcome.stdout) as MachineReport;
    expect(report.bytes.weight).toBe(12 * 12 * 768 ** 2);
    expect(report.bound).toBe("fetch");
  });

  it("takes the text from an option, a file and standard input alike", async () => {
    const file = join(folder, "text.txt");
    writeFileSync(file, `${TEXT}\n`);
    const byOption = await spattenHere(["run", "--text", TEXT]);
    expect((await spattenHere(["run", "--text-file", file])).stdout).toBe(byOption.stdout);
    expect((await spatten(["run", "-"], { input: `${TEXT}\n` })).stdout).toBe(byOption.stdout);
  });

  it("takes a plan and a machine from files, in YAML and JSON", async () => {
    const plan = join(folder, "plan.yaml");
    writeFileSync(
      plan,
      "name: mine\nsource: me\nvalues: { keepRatio: 0.5, rounding: ceil, minimumCount: 1 }\n",
    );
    const machine = join(folder, "machine.json");
    writeFileSync(machine, '{"extends": "spatten", "softmaxParallelism": 4}');
    const run = await runJson("--plan", plan, "--machine", machine);
    expect(run.plan.name).toBe("mine");
    expect(run.machine.pruned.configHash).not.toBe((await runJson()).machine.pruned.configHash);
  });

  it("cuts a text that is too long when asked to", async () => {
    const { code, stdout } = await spattenHere([
      "run",
      "--text",
      "weather ".repeat(300),
      "--truncate",
      "--json",
    ]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as RunDocument).input.tokens).toHaveLength(128);
  });

  it("writes tensors beside the workload", async () => {
    const file = join(folder, "with-tensors.jsonl");
    expect((await spattenHere(["run", "--text", TEXT, "--workload", file, "--tensors"])).code).toBe(0);
    const header = JSON.parse(readFileSync(file, "utf8").split("\n")[0]!) as { tensors: string };
    expect(header.tensors).toBe("with-tensors.safetensors");
    expect(readFileSync(join(folder, header.tensors)).length).toBeGreaterThan(1000);
  });

  it("shows people the sentence, the answers and the savings", async () => {
    const { stdout } = await spattenHere(["run", "--text", TEXT]);
    expect(stdout.replaceAll(/[\d.]+/g, "#")).toMatchSnapshot();
  });
});

function expectReport(report: MachineReport): void {
  const { total: bytes, ...streams } = report.bytes;
  expect(Object.values(streams).reduce((sum, value) => sum + value, 0)).toBe(bytes);
  expect(Object.keys(streams).sort()).toEqual([
    "append",
    "key",
    "keyLsb",
    "output",
    "query",
    "value",
    "weight",
  ]);
  expect(report.operations).toEqual({
    executed: expect.any(Number),
    recomputed: expect.any(Number),
    denseEquivalent: expect.any(Number),
  });
  const { total: energy, units, ...kinds } = report.energyPicojoules;
  expect(Object.keys(kinds).sort()).toEqual(["compute", "dram", "leakage", "sram"]);
  expect(Object.values(kinds).reduce((sum, value) => sum + value, 0)).toBeCloseTo(energy, 1);
  expect(Object.values(units).reduce((sum, value) => sum + value, 0)).toBeCloseTo(energy, 1);
  for (const unit of Object.values(report.units)) {
    const stalls = Object.values(unit.stallCycles).reduce((sum, value) => sum + value, 0);
    expect(unit.busyCycles + stalls).toBeCloseTo(report.cycles, 6);
  }
  expect(report.assumptions.length).toBeGreaterThan(3);
  expect(report.bound).not.toBe("");
}

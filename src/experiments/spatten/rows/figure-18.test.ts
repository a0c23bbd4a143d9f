import { beforeAll, describe, expect, it } from "vitest";
import { shrunkLaboratory } from "../../../../test/support/shrunk-laboratory.ts";
import { createLaboratory } from "../../ledger/laboratory.ts";
import type { LedgerRow } from "../../ledger/ledger-row.ts";
import { runExperiments } from "../../ledger/run-experiments.ts";
import { figure18Experiment } from "./figure-18.ts";
import { familyRuns } from "./figure-18-points.ts";
import { picturesExperiment } from "./pictures.ts";
import { mostErrorPerScoreError, slopeOfErrorLaw } from "./softmax-error-law.ts";

const laboratory = shrunkLaboratory();
let rows: ReadonlyMap<string, LedgerRow>;
beforeAll(async () => {
  const found = await runExperiments([figure18Experiment, picturesExperiment], laboratory);
  rows = new Map(found.map((row) => [row.id, row]));
});
const oursOf = (id: string): number => rows.get(id)!.ours!;

describe("Fig 18", () => {
  it("has no point above its roof", () => {
    for (const family of ["bert", "gpt2"]) {
      const roof = Math.min(2048, 512 * oursOf(`figure-18-intensity-spatten-${family}`)) / 1000;
      expect(oursOf(`figure-18-throughput-spatten-${family}`)).toBeLessThanOrEqual(roof);
      expect(oursOf(`figure-18-reached-${family}`)).toBeLessThanOrEqual(100);
    }
    expect(oursOf("figure-18-roof-over-gpt2")).toBeLessThanOrEqual(2.048);
  });

  it("counts two operations for four bytes of a key where one query meets it in floats", async () => {
    const { runs, operandBytes } = await familyRuns(createLaboratory(), "titan-xp", "gpt2");
    const { operations, bytes } = runs[0]!.report;
    // And a little less for the query and the output.
    const intensity = operations.executed / operandBytes[0]!;
    expect(intensity).toBeLessThan(0.5);
    expect(intensity).toBeGreaterThan(0.499);
    expect(bytes.total).toBeGreaterThan(operandBytes[0]!);
  });

  it("rests on the averages where the accelerator runs, and on measured times where the platform does", () => {
    expect(rows.get("figure-18-throughput-spatten-gpt2")!.hingesOn).toContain("token-reduction-gpt2");
    expect(rows.get("figure-18-throughput-titan-xp-bert")!.hingesOn).toContain("titan-xp-softmax-ratio");
    expect(rows.get("figure-18-intensity-titan-xp-bert")!.hingesOn).toEqual([]);
    expect(rows.get("figure-18-roof-bandwidth")).toMatchObject({ evidence: "input", ours: 512 });
  });

  it("moves less where operands are narrower", async () => {
    const [wide, narrow] = await Promise.all(
      [12, 6].map((operandBits) => familyRuns(laboratory, "spatten", "bert", { operandBits })),
    );
    const executed = (family: typeof wide) => family!.runs[0]!.report.operations.executed;
    expect(narrow!.operandBytes[0]!).toBeLessThan(wide!.operandBytes[0]!);
    expect(executed(narrow)).toBe(executed(wide));
  });
});

describe("pictures and laws", () => {
  it("leave work that falls with tokens and heads", () => {
    expect(oursOf("figure-1-left-middle")).toBeCloseTo((100 * 60) / 132, 3);
    expect(oursOf("figure-1-left-end")).toBeLessThan(oursOf("figure-1-left-middle"));
    expect(rows.get("figure-5-importance-1")!.status).toBe("not reproducible");
  });

  it("bound what an error of a score does: 2 p (1 - p) of it, never more than a half", () => {
    expect(slopeOfErrorLaw()).toBeCloseTo(2, 3);
    expect(mostErrorPerScoreError()).toBeLessThanOrEqual(0.5);
    expect(mostErrorPerScoreError()).toBeGreaterThan(0.49);
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { anchors } from "../../../machines/anchors.ts";
import { createLaboratory, type RunMeasurement } from "../../ledger/laboratory.ts";
import type { LedgerRow } from "../../ledger/ledger-row.ts";
import type { Measurement } from "../../ledger/measurement.ts";
import { runExperiments } from "../../ledger/run-experiments.ts";
import { crossChecksExperiment } from "./cross-checks.ts";
import { figure2Experiment } from "./figure-2.ts";
import { figure15Experiment } from "./figure-15.ts";
import { figure19Experiment } from "./figure-19.ts";
import { figure20Experiment } from "./figure-20.ts";
import { hatExperiment } from "./hat.ts";
import { table4Experiment } from "./table-4.ts";
import { topKEngineExperiment } from "./top-k-engine.ts";

const experiments = [
  figure2Experiment,
  table4Experiment,
  figure15Experiment,
  figure19Experiment,
  figure20Experiment,
  hatExperiment,
  topKEngineExperiment,
  crossChecksExperiment,
];

/** Analytical, and four tokens of GPT-2 on SpAtten: relations hold at any length. */
function shortened({ machine, workload, ...options }: Measurement): Measurement {
  const run = { ...options, machine, workload, fidelity: "analytical" } as const;
  const name = typeof machine === "string" ? machine : machine.extends;
  if (!name.startsWith("spatten")) return run;
  if (workload.kind === "reference") return { ...run, iteration: 1 };
  if (workload.kind !== "benchmark") return run;
  return { ...run, workload: { ...workload, assume: { ...workload.assume, generatedCount: 4 } } };
}

const run = (measurement: Measurement, runHere: RunMeasurement) => runHere(shortened(measurement));

describe("the rows of latencies, ablation, design space and translation", () => {
  const rows = new Map<string, LedgerRow>();
  const ours = (id: string): number => rows.get(id)!.ours!;
  const otherwise = (id: string, when: RegExp): number =>
    rows.get(id)!.alternatives!.find((alternative) => when.test(alternative.when))!.value;
  const rising = (ids: readonly string[]): void => {
    for (const [index, id] of ids.entries()) {
      if (index > 0) expect(ours(id), id).toBeGreaterThan(ours(ids[index - 1]!));
    }
  };

  beforeAll(async () => {
    for (const row of await runExperiments(experiments, createLaboratory({ run }))) rows.set(row.id, row);
  });

  it("are all there, each with a name of its own and a number unless only the authors have it", () => {
    expect(rows.size).toBe(experiments.reduce((sum, { published }) => sum + published.length, 0));
    for (const { id, ours: value, status, on } of rows.values()) {
      expect(on.length, id).toBeGreaterThan(0);
      if (status === "not reproducible") expect(id).toMatch(/^hat-(bleu|.*searched|.*-3$|.*7-over-big)/);
      else expect(value, id).toBeGreaterThan(0);
    }
  });

  it("call nothing predicted that an anchor is", () => {
    const calibrated = [...rows.values()].filter(({ evidence }) => evidence === "calibrated");
    for (const { id, deviationPercent } of calibrated) {
      // A run of 30 tokens comes of one of 32.
      expect(Math.abs(deviationPercent!), id).toBeLessThan(id.includes("thirty-tokens") ? 10 : 1.5);
    }
    expect(calibrated.map(({ id }) => id)).toContain("table-4-gpu-attention-time");
    expect(rows.get("figure-20-computation-token-pruning")!.evidence).toBe("input");
    const weights = rows.get("table-4-spatten-e2e-fully-connected-time")!;
    expect([weights.evidence, weights.hingesOn]).toEqual(["predicted", []]);
    expect(rows.get("figure-20-factor-pruning")!.hingesOn).toEqual([
      "head-reduction",
      "token-reduction-gpt2",
    ]);
    expect(rows.get("figure-20-factor-static-quantization")!.hingesOn).toContain("progressive-reduction");
  });

  it("add a technique a step: fewer heads, more comparators and fewer bits are no slower", () => {
    rising([
      "figure-20-divider-token-pruning",
      "figure-20-divider-head-pruning",
      "figure-20-speedup-pruning",
    ]);
    expect(ours("figure-20-factor-static-quantization")).toBeGreaterThanOrEqual(1);
    const dense = "figure-20-speedup-dedicated-datapath";
    expect(ours(dense)).toBeGreaterThan(otherwise(dense, /16 bits/));
    expect(otherwise(dense, /16 bits/)).toBeGreaterThan(otherwise(dense, /32 bits/));
  });

  it("multiply up along the chain", () => {
    const factors = ["token-pruning", "head-pruning", "top-k-engine"].map((step) =>
      ours(`figure-20-factor-${step}`),
    );
    const product = factors.reduce((product, factor) => product * factor);
    expect(product).toBeCloseTo(ours("figure-20-factor-pruning"), 3);
    expect(ours("figure-20-speedup-dedicated-datapath") * product).toBeCloseTo(
      ours("figure-20-speedup-pruning"),
      1,
    );
  });

  it("run faster with more comparators, and no faster with memory that a generation does not use", () => {
    rising([1, 2, 4, 8, 16].map((count) => `figure-19-throughput-top-k-${count}`));
    expect(ours("figure-19-ratio-sram-384-kib")).toBe(1);
    expect(ours("figure-19-throughput-sram-192-kib")).toBe(ours("figure-19-throughput-top-k-16"));
  });

  it("take longer for more layers, wider ones, longer sentences and wider weights", () => {
    const latency = (id: string): string => `hat-latency-${id}`;
    rising([...[1, 2, 3, 4, 5].map((count) => latency(`layers-${count}`)), latency("base"), latency("big")]);
    expect(ours(latency("narrow"))).toBeLessThan(ours(latency("base")));
    const base = latency("base");
    expect(otherwise(base, /35 tokens/)).toBeGreaterThan(otherwise(base, /25 tokens/));
    expect(otherwise(base, /12 bits/)).toBeGreaterThan(otherwise(base, /peak$/));
    for (const platform of ["titan-xp", "xeon-e5-2640v4"]) {
      const speedup = (bits: number): number => ours(`figure-15-speedup-${platform}-${bits}-bit-geomean`);
      expect(speedup(8)).toBeGreaterThan(speedup(12));
    }
  });

  it("count the operations of Transformer-Base as its shape says", () => {
    const [length, width, feedForwardWidth] = [30, 512, 2048];
    const encoder = 4 * width ** 2 + 2 * width * feedForwardWidth;
    const decoder = encoder + 4 * width ** 2;
    const giga = (2 * length * 6 * (encoder + decoder)) / 1e9;
    expect(ours("hat-fully-connected-base")).toBeCloseTo(giga, 5);
    // Of encoder and cross-attention all pairs, of the decoder's own those behind each token.
    const pairs = 2 * length ** 2 + (length * (length + 1)) / 2;
    expect(ours("hat-attention-base")).toBeCloseTo((4 * 6 * width * pairs) / 1e6, 3);
  });

  it("share whole latencies out", () => {
    for (const machine of ["gpu", "spatten-e2e"]) {
      for (const what of ["operations", "time"]) {
        const shares = ["fully-connected", "attention"].map((half) =>
          ours(`table-4-${machine}-${half}-${what}-share`),
        );
        expect(shares[0]! + shares[1]!).toBeCloseTo(100, 3);
      }
    }
  });

  it("move with the anchors that they name, and with no other", async () => {
    const id = "xeon-e5-2640v4-attention-seconds";
    const moved = anchors.map((anchor) =>
      anchor.id === id ? { ...anchor, value: 2 * anchor.value } : anchor,
    );
    const laboratory = createLaboratory({ anchors: moved, run });
    for (const row of await runExperiments([figure2Experiment, figure15Experiment], laboratory)) {
      if (!row.hingesOn.includes(id)) expect(row.ours, row.id).toBe(ours(row.id));
      else if (row.id.startsWith("figure-15")) expect(row.ours, row.id).toBeGreaterThan(ours(row.id));
      if (row.id === "figure-2-attention-xeon-e5-2640v4") expect(row.ours).toBeCloseTo(2 * ours(row.id), 2);
    }
  });
});

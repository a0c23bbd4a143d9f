import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { shrunkLaboratory } from "../../../test/support/shrunk-laboratory.ts";
import { anchors } from "../../machines/anchors.ts";
import type { Laboratory } from "./experiment.ts";
import type { LedgerRow } from "./ledger-row.ts";
import { experiments } from "./registry.ts";
import { changedRows } from "./row-changes.ts";
import { runExperiments } from "./run-experiments.ts";

const PERTURBATION = 1.1;
const publishedFolder = join(import.meta.dirname, "..", "spatten", "published");

/** Every number within an object, changed where it stands; what this returns puts all back. */
function perturbNumbersIn(value: unknown): () => void {
  if (value === null || typeof value !== "object") return () => undefined;
  const entries = value as Record<string, unknown>;
  const undo = Object.entries(entries).map(([key, entry]) => {
    if (typeof entry !== "number") return perturbNumbersIn(entry);
    entries[key] = entry * PERTURBATION;
    return () => {
      entries[key] = entry;
    };
  });
  return () => {
    for (const back of undo.reverse()) back();
  };
}

const oursOf = (rows: readonly LedgerRow[]) =>
  rows.map(({ id, ours, hingesOn, on, note, alternatives }) => ({
    id,
    ours,
    hingesOn,
    on,
    note,
    alternatives,
  }));

const rowsIn = (laboratory: Laboratory) => runExperiments(experiments, laboratory);
let before: readonly LedgerRow[];
beforeAll(async () => {
  before = await rowsIn(shrunkLaboratory());
});

describe("ours", () => {
  it("reads no published number", async () => {
    const files = readdirSync(publishedFolder).filter((name) => name.endsWith(".ts"));
    const modules = await Promise.all(files.map((name) => import(join(publishedFolder, name))));
    expect(modules.length).toBeGreaterThan(4);
    // Rows may stand in a module and in their experiment, and are then changed twice: put back in reverse order.
    const undo = [
      ...modules.map((module) => ({ ...module })),
      experiments.map(({ published }) => published),
    ].map(perturbNumbersIn);
    try {
      const after = await rowsIn(shrunkLaboratory());
      expect(after.map(({ published }) => published)).not.toEqual(before.map(({ published }) => published));
      expect(oursOf(after)).toEqual(oursOf(before));
    } finally {
      for (const back of undo.reverse()) back();
    }
    expect(await rowsIn(shrunkLaboratory())).toEqual(before);
  });

  /** One anchor of each kind; all of them: evidence `ledger-anchors`. */
  const sample = [
    "titan-xp-attention-seconds",
    "titan-xp-softmax-ratio",
    "token-reduction-gpt2",
    "head-reduction",
    "refetch-ratio",
    "titan-xp-implied-watts",
    "mnnfast-watts",
  ];
  it.each(sample)("follows %s only in rows that name it", async (id) => {
    const perturbed = anchors.map((row) =>
      row.id === id ? { ...row, value: row.value * PERTURBATION } : row,
    );
    const changes = changedRows(before, await rowsIn(shrunkLaboratory({ anchors: perturbed })));
    expect(
      changes.filter(({ hingesOn }) => !hingesOn.includes(id)).map(({ row, what }) => [row.id, what]),
    ).toEqual([]);
    expect(changes.length, "rows that follow it").toBeGreaterThan(0);
  });

  it("would be told apart by value and by alternative", () => {
    const row = before.find(({ alternatives }) => alternatives !== undefined)!;
    const [first] = row.alternatives!;
    const moved = (when: string) => ({ ...row, alternatives: [{ when, value: first!.value + 1 }] });
    const whats = (one: LedgerRow, other: LedgerRow) => changedRows([one], [other]).map(({ what }) => what);
    expect(whats(row, row)).toEqual([]);
    expect(whats({ ...row, alternatives: [] }, { ...row, ours: row.ours! + 1 })).toEqual(["ours"]);
    expect(whats({ ...row, alternatives: [{ ...first!, when: "other mean" }] }, moved("other mean"))).toEqual(
      ["other mean"],
    );
  });
});

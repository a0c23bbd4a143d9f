import { describe, expect, it } from "vitest";
import { genesis, textFile } from "../../../test/support/bundled-decoder.ts";
import { neverRest } from "../../base/checkpoint.ts";
import { lookUp } from "../../base/registry.ts";
import type { TextFolder } from "../../base/text-folder.ts";
import { referenceEngine } from "../../inference/engines/engine.ts";
import { openFolder } from "../../platform/node/folder.ts";
import { bundledModelFolder } from "../../platform/node/installation.ts";
import { openResultsFolder } from "../../platform/node/results-folder.ts";
import { openDataset } from "../../quality/datasets/registry.ts";
import { headCounts } from "../spatten/remeasured/head-curve.ts";
import { spreadOver } from "../spatten/remeasured/spread-over.ts";
import { largestWithoutLoss } from "../spatten/remeasured/trade-off.ts";
import { createLaboratory } from "./laboratory.ts";
import { experiments } from "./registry.ts";
import { remeasure, remeasurements } from "./remeasure.ts";
import { remeasureCommand } from "./remeasurement.ts";
import { runExperiments } from "./run-experiments.ts";
import { readStoredResults } from "./stored-results.ts";

const named = (...ids: string[]) => ids.map((id) => lookUp(experiments, id, "experiment"));
const folderOf = (files: Readonly<Record<string, string>>): TextFolder => ({
  name: "results",
  exists: (name) => name in files,
  fileNames: () => Object.keys(files),
  readText: (name) => files[name]!,
});

describe("stored results", () => {
  const stored = readStoredResults(openResultsFolder());

  it("come with the package, one for each remeasurement, made by its command", () => {
    expect(stored.map(({ id }) => id)).toEqual(remeasurements.map(({ id }) => id).sort());
    for (const { id, command, date, notes } of stored) {
      expect(command).toBe(remeasureCommand(id));
      expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(notes.length).toBeGreaterThan(0);
    }
  });

  it("give every row that needs them a figure with its provenance; without them the row says what to run", async () => {
    const chosen = named("figure-7", "figure-21");
    const rows = await runExperiments(chosen, createLaboratory({ stored }));
    const waiting = rows.filter(({ status }) => status === "needs data");
    expect(waiting.length).toBe(13 + 18);
    for (const { id, ours, on } of waiting) {
      expect(ours, id).not.toBeNull();
      expect(on).toContain("spatten reproduce --remeasure");
    }
    const without = await runExperiments(chosen, createLaboratory());
    for (const { id, ours, on } of without.filter(({ status }) => status === "needs data")) {
      expect(ours, id).toBeNull();
      expect(on).toMatch(/bundled.*spatten reproduce --remeasure figure-/);
    }
  });

  it("are read with care", () => {
    expect(readStoredResults(undefined)).toEqual([]);
    const [first] = stored;
    const text = JSON.stringify(first);
    expect(readStoredResults(folderOf({ [`${first!.id}.json`]: text, "README.md": "#" }))).toEqual([first]);
    expect(() => readStoredResults(folderOf({ "a.json": text }))).toThrow(/results\/a\.json.*another id/);
    expect(() => readStoredResults(folderOf({ "a.json": "{" }))).toThrow(
      /results\/a\.json.*stored result is not JSON/,
    );
    const broken = JSON.stringify({ ...first, values: { x: "1" } });
    expect(() => readStoredResults(folderOf({ "a.json": broken }))).toThrow(/results\/a\.json at values\.x/);
  });
});

describe("a remeasurement", () => {
  it("gives a stored result: peaked probabilities err less than flat ones, and shared scales err more", async () => {
    const workbench = {
      openModel: async (name: string) => openFolder(bundledModelFolder(name)),
      openDataset: async () => openDataset(textFile(genesis)),
      ...{ engine: referenceEngine, checkpoint: neverRest },
    };
    const stamp = { date: "2026-01-02", spatten: "0.0.0" };
    const result = await remeasure("figure-7", workbench, stamp);
    expect(readStoredResults(folderOf({ "figure-7.json": JSON.stringify(result) }))).toEqual([result]);
    const { values } = result;
    expect(values["mean-error-0.9"]).toBeLessThan(values["mean-error-0.5"]!);
    expect(values["fit-slope"]).toBeLessThan(0);
    expect(values["shared-scale-fit-intercept"]).toBeGreaterThan(values["fit-intercept"]!);
    await expect(remeasure("figure-70", workbench, stamp)).rejects.toThrow(/unknown remeasurement.*figure-7/);
  });

  it("prunes as many heads as a ratio says, the deepest layers first", () => {
    for (const ratio of [1, 1.05, 1.2, 1.5, 2]) {
      const counts = headCounts(12, 12, ratio);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Math.round(144 / ratio));
      expect(counts.slice(0, 4)).toEqual([12, 12, 12, 12]);
      expect([...counts].sort((left, right) => right - left)).toEqual(counts);
    }
  });

  it("calls a reduction lossless up to the first point that loses, and spreads its rows", () => {
    const points = [
      { ratio: 2, change: 0.5 },
      { ratio: 3, change: -0.9 },
      { ratio: 4, change: -2 },
      { ratio: 5, change: 1 },
    ];
    expect(largestWithoutLoss(points)).toBe(3);
    expect(largestWithoutLoss(points.slice(0, 2))).toBe(3);
    expect(largestWithoutLoss(points.slice(2))).toBe(1);
    expect(spreadOver([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 2, 4]);
    expect(spreadOver([0, 1], 3)).toEqual([0, 1]);
  });
});

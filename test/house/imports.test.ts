import { describe, expect, it } from "vitest";
// @ts-expect-error the check runs before the build and has no types
import * as check from "../../scripts/check-imports.mjs";

const { importFaults, readSources } = check as {
  importFaults(files: ReadonlyMap<string, string>): string[];
  readSources(): Map<string, string>;
};

/** The real sources with one line added to one file. */
function faultsWith(file: string, line: string): string[] {
  const sources = readSources();
  sources.set(file, `${line}\n${sources.get(file) ?? ""}`);
  return importFaults(sources);
}

describe("the import rule", () => {
  it("holds", () => {
    expect(importFaults(readSources())).toEqual([]);
  });

  it.each([
    ["pruning/top-k.ts", 'import { simulateSpatten } from "../machines/spatten/simulate.ts";'],
    ["machines/machine.ts", 'import { bertArchitecture } from "../inference/models/bert.ts";'],
    ["base/random.ts", 'import { topKIndices } from "../pruning/top-k.ts";'],
    ["workload/statistics.ts", 'import { openFolder } from "../platform/node/folder.ts";'],
    ["report/format.ts", 'import { topKIndices } from "../pruning/top-k.ts";'],
    ["energy/leakage.ts", 'import fs from "node:fs";'],
    ["pruning/top-k.ts", 'import * as Plot from "@observablehq/plot";'],
    ["inference/tokenizer.ts", 'const cli = await import("../cli/program.ts");'],
    ["nowhere/thing.ts", 'import { mean } from "../base/statistics.ts";'],
  ])("fails when %s gets %s", (file, line) => {
    expect(faultsWith(file, line)).not.toEqual([]);
  });

  it("fails on a circle", () => {
    const faults = faultsWith("base/errors.ts", 'import { lookUp } from "./registry.ts";');
    expect(faults.join("\n")).toContain("circular import");
  });

  it("lets a report import types of any room", () => {
    expect(
      faultsWith("report/format.ts", 'import type { EncoderRun } from "../inference/decisions.ts";'),
    ).toEqual([]);
  });
});

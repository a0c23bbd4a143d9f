import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { hasShared, sharedData, sharedFolder } from "../../../test/support/shared.ts";
import { finish } from "../../base/checkpoint.ts";
import { type OfficialCsv, readOfficialCsv } from "../../workload/official-csv.ts";
import type { ReleaseConfiguration } from "./parameters.ts";
import { releasePresets } from "./presets.ts";
import { simulateRelease } from "./simulate.ts";

const golden = join(sharedFolder, "golden", "rtl-cycles");
const full = releasePresets[0]!.parameters;
const setups: Readonly<Record<string, ReleaseConfiguration>> = {
  eighth: releasePresets[1]!.parameters,
  "full-r32": full,
  full: { ...full, rowRoundingCount: 8 },
};

interface GoldenRow {
  readonly workload: string;
  readonly setup: string;
  readonly cycles: number;
}

function goldenRows(): GoldenRow[] {
  const lines = readFileSync(join(golden, "cycles.csv"), "utf8").trim().split("\n").slice(1);
  return lines.map((line) => {
    const [workload, setup, , cycles] = line.split(",");
    return { workload: workload!, setup: setup!, cycles: Number(cycles) };
  });
}

/** `x.iterN` is token N of workload x. */
function readWorkload(name: string): { csv: OfficialCsv; iteration?: number } {
  const [, base, token] = /^(.*?)(?:\.iter(\d+))?$/.exec(name)!;
  const inputs = [join(golden, "inputs", `${base}.csv`), sharedData("workloads", `${base}.csv`)];
  const file = inputs.find((path) => existsSync(path))!;
  const csv = readOfficialCsv(readFileSync(file, "utf8"), file);
  return token === undefined ? { csv } : { csv, iteration: Number(token) };
}

function goldenResponses({ workload, setup }: GoldenRow): string[] {
  const file = join(golden, "responses", `${workload}.${setup}.csv.gz`);
  return gunzipSync(readFileSync(file)).toString().trim().split("\n").slice(1);
}

describe.skipIf(!hasShared)("cycles of the official RTL", () => {
  const rows = hasShared ? goldenRows() : [];
  it.each(rows)("$workload on $setup: $cycles, and every presentation, latency and response", check);
});

function check(row: GoldenRow): void {
  const { csv, iteration } = readWorkload(row.workload);
  const options = iteration === undefined ? {} : { iteration };
  const result = finish(simulateRelease(csv, setups[row.setup]!, options));
  expect(result.cycles).toBe(row.cycles);
  const { presentedCycles, topKLatencyCycles, responseCycles } = result;
  const responses = Array.from(responseCycles, (cycle, id) =>
    [id, presentedCycles[id], topKLatencyCycles[id], id, cycle].join(","),
  );
  expect(responses).toEqual(goldenResponses(row));
  if (row.workload === "summary-gpt2-small-wikitext2-per8" && row.setup === "eighth") {
    // hardware.md 6 gives these two besides.
    const total = (key: "reads" | "activates") =>
      result.counters.dramChannels.reduce((sum, channel) => sum + channel[key], 0);
    expect([total("reads"), total("activates")]).toEqual([2_615_752, 163_820]);
  }
}

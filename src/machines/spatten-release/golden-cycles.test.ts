import { describe, expect, it } from "vitest";
import { goldenFolder, hasShared, workloadsFolder } from "../../../test/support/shared.ts";
import { finish } from "../../base/checkpoint.ts";
import {
  type ReleaseRow,
  readReleaseRows,
  recordedTotals,
  releaseDifferences,
} from "../../experiments/validation/release-golden.ts";

const GOLDEN_RUNS = 171;

describe.skipIf(!hasShared)("cycles of the official RTL", () => {
  const rows = hasShared ? readReleaseRows(goldenFolder()) : [];
  it.each(rows)("$workload on $setup: $cycles, and every presentation, latency and response", check);

  it("are those of all recorded runs, also of the one whose reads and activates are known", () => {
    expect(rows).toHaveLength(GOLDEN_RUNS);
    const { workload, setup } = recordedTotals;
    expect(rows).toContainEqual(expect.objectContaining({ workload, setup }));
  });
});

function check(row: ReleaseRow): void {
  expect(finish(releaseDifferences(goldenFolder(), workloadsFolder(), row))).toEqual([]);
}

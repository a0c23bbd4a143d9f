import { describe, expect, it } from "vitest";
import { goldenFolder, hasShared, workloadsFolder } from "../../../test/support/shared.ts";
import { finish } from "../../base/checkpoint.ts";
import {
  scoreBufferDifferences,
  scoreBufferShapes,
  topKLatencyDifferences,
  topKWorkloads,
} from "../../experiments/validation/release-models.ts";

describe.skipIf(!hasShared)("the bench's models against the official release", () => {
  it.each(scoreBufferShapes)("score buffer of $lineCount lines of $laneCount indices", (shape) => {
    expect(scoreBufferDifferences(goldenFolder(), shape)).toEqual([]);
  });

  it.each(topKWorkloads)("top-k latencies of %s", (name) => {
    expect(finish(topKLatencyDifferences(goldenFolder(), workloadsFolder(), name))).toEqual([]);
  });
});

import { restingAt } from "../../base/checkpoint.ts";
import { lookUp } from "../../base/registry.ts";
import { spattenPresets } from "../../machines/spatten/presets.ts";
import { type BertDensePoint, bertDensePoint } from "../spatten/bert-dense.ts";
import type { Difference, Oracle } from "./oracle.ts";
import { differencesOf, Tally } from "./tally.ts";

const TOKEN_COUNTS = [64, 128, 384] as const;

/** What a pencil says of a dense BERT-Base. */
export const bertDenseBounds: Oracle = {
  id: "bert-dense",
  title: "spatten, cycle: BERT-Base dense, 64, 128 and 384 tokens",
  compared:
    "cycles not below heads × queries × lines of keys; reads exactly those of Q, K and V once for each head",
  kind: "hand figure",
  needs: [],
  *run() {
    const { parameters } = lookUp(spattenPresets, "spatten", "machine preset");
    const tally = new Tally();
    const points: BertDensePoint[] = [];
    for (const [done, tokenCount] of TOKEN_COUNTS.entries()) {
      const progress = { stage: "sentences", done, total: TOKEN_COUNTS.length };
      const point = yield* restingAt(bertDensePoint(parameters, tokenCount), progress);
      points.push(point);
      tally.add(boundDifferences(point));
      tally.add(
        differencesOf(
          `${tokenCount} tokens`,
          { "DRAM reads": point.onceReads },
          { "DRAM reads": point.dramReads },
        ),
      );
    }
    const told = points.map(
      ({ tokenCount, cycles, leastCycles }) => `${tokenCount}: ${cycles} cycles, bound ${leastCycles}`,
    );
    return tally.outcome("bounds and counts", told.join("; "));
  },
};

function boundDifferences({ tokenCount, cycles, leastCycles }: BertDensePoint): readonly Difference[] {
  if (cycles >= leastCycles) return [];
  return [
    { where: `${tokenCount} tokens: cycles`, expected: `at least ${leastCycles}`, got: String(cycles) },
  ];
}

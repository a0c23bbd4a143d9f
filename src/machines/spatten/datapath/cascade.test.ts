import { expect, test } from "vitest";
import { createRandom } from "../../../base/random.ts";
import { selectHeads, selectTokens } from "../../../pruning/cascade.ts";
import { spattenPresets } from "../presets.ts";
import { rankHeads, rankTokens } from "./cascade.ts";
import { createUnits } from "./units.ts";

const units = () =>
  createUnits(spattenPresets[0]!.parameters, { lowBitsBelowProbability: 0, subtractsMaximum: false });

test("tokens are those of the pruning algorithm on the accumulated codes, protected ones included", () => {
  const random = createRandom(40);
  for (let run = 0; run < 500; run++) {
    const originalLength = 2 + random.integer(30);
    const ids = Array.from({ length: originalLength }, (_, id) => id).filter(
      (id) => id === 0 || random.next() < 0.8,
    );
    const machine = units();
    for (let query = 0; query < 3; query++) machine.tokenScores.accumulate(ids.map(() => random.integer(6)));
    const protect = { firstCount: random.integer(3), lastCount: random.integer(3) };
    const asked = 1 + random.integer(ids.length);
    const scores = machine.tokenScores.scores(ids.length);
    const expected = selectTokens(scores, ids, asked, protect, originalLength);
    // As a record does, which counts what was kept.
    const choice = rankTokens(machine, ids, expected.length, protect, originalLength);
    expect(choice).toEqual({ scores, kept: expected });
  }
});

test("heads are ranked by their own scores alone, whichever have left", () => {
  const random = createRandom(41);
  for (let run = 0; run < 200; run++) {
    const machine = units();
    const all = Array.from({ length: 12 }, () => random.integer(5));
    for (const [head, score] of all.entries()) machine.headScores.accumulate(head, [score], 1);
    const heads = all.map((_, head) => head).filter((head) => head === 3 || random.next() < 0.6);
    const keepCount = 1 + random.integer(heads.length);
    const expected = selectHeads(
      heads.map((head) => all[head]!),
      keepCount,
    );
    expect(rankHeads(machine, heads, keepCount).kept).toEqual(expected);
  }
});

import { OPERATIONS_PER_MULTIPLY_ACCUMULATE } from "../../base/units.ts";
import type { Tally } from "../spatten/tally.ts";
import type { LoadTraffic, RivalLoad } from "./loads.ts";

/** Multiply-accumulates of Q·K over the candidates and of prob·V over the kept rows; a search's products are not among them. */
function multiplyAccumulates(headDimension: number, { groups }: RivalLoad): number {
  return groups.reduce(
    (sum, { queryCount, pass }) => sum + queryCount * (pass.candidateCount + pass.keptCount) * headDimension,
    0,
  );
}

/** Adds a load's useful bytes and executed operations. */
export function tallyLoad(tally: Tally, headDimension: number, load: RivalLoad, traffic: LoadTraffic): void {
  for (const stream of ["query", "key", "value", "output"] as const) {
    tally.bytes[stream] += traffic[stream].bytes;
    tally.bytes.total += traffic[stream].bytes;
  }
  tally.operations.executed += multiplyAccumulates(headDimension, load) * OPERATIONS_PER_MULTIPLY_ACCUMULATE;
}

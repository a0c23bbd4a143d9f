import type { Checkpoint } from "../../../base/checkpoint.ts";
import { keptValueCount, keptValues } from "../../../pruning/local-value.ts";
import type { PruningPlan } from "../../../pruning/plan.ts";
import type { HeadDecision } from "../../decisions.ts";

/** One head of one layer as projected, and the plan that it follows. */
export interface HeadWork {
  /** (rows, dimension), as are the other two. */
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly rows: number;
  readonly dimension: number;
  readonly plan: PruningPlan;
  readonly checkpoint: Checkpoint;
}

/** What a head made of it. */
export interface HeadAttention
  extends Pick<HeadDecision, "valueRowCount" | "valuesPerQuery" | "refetchedQueries" | "maximumProbability"> {
  /** (queries, keys), before local value pruning: multiples of `probabilityStep`. */
  readonly probabilities: Float32Array;
  /** Value of 1 of a probability. */
  readonly probabilityStep: number;
  /** (queries, dimension) */
  readonly output: Float32Array;
}

/** The values that each query of a head keeps, and which of them any query keeps (SpAtten, section III-C). */
export interface ValueChoice {
  /** Places of the values that a query (keys) keeps, ascending. */
  choose(probabilities: ArrayLike<number>): Int32Array;
  /** What was chosen so far. */
  counts(): Pick<HeadDecision, "valueRowCount" | "valuesPerQuery">;
}

/** Local value pruning of one head with so many rows. */
export function createValueChoice({ values }: PruningPlan, rows: number): ValueChoice {
  const keepCount = Math.min(rows, values === undefined ? rows : keptValueCount(values, rows));
  const everyKey = Int32Array.from({ length: rows }, (_, key) => key);
  const touched = new Uint8Array(rows);
  return {
    choose: (probabilities) => {
      const kept = keepCount >= rows ? everyKey : keptValues(probabilities, keepCount);
      for (const key of kept) touched[key] = 1;
      return kept;
    },
    counts: () => ({
      valueRowCount: touched.reduce((count, flag) => count + flag, 0),
      valuesPerQuery: new Array<number>(rows).fill(keepCount),
    }),
  };
}

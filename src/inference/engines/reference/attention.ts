import type { Checkpoint } from "../../../base/checkpoint.ts";
import { keptValueCount, keptValues } from "../../../pruning/local-value.ts";
import type { PruningPlan } from "../../../pruning/plan.ts";
import type { HeadDecision } from "../../decisions.ts";
import { applyLinear, type Linear } from "./linear.ts";
import { probabilityRows } from "./probabilities.ts";

/** The three projections of a layer. */
export interface AttentionProjections {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
}

export interface AttentionInput {
  /** Hidden states (rows, hidden) of the surviving tokens. */
  readonly hidden: Float32Array;
  readonly rows: number;
  readonly headIds: ArrayLike<number>;
  readonly dimension: number;
  readonly plan: PruningPlan;
  readonly checkpoint: Checkpoint;
  readonly captureTensors: boolean;
}

export interface AttentionResult {
  /** (heads, queries, keys), before local value pruning: what the importance is summed from. */
  readonly probabilities: Float32Array;
  /** (heads, queries, dimension) */
  readonly headOutputs: Float32Array;
  readonly headDecisions: readonly HeadDecision[];
}

/** Multi-head attention over the surviving tokens and heads (SpAtten, Algorithm 1), values pruned per query. */
export async function attend(
  projections: AttentionProjections,
  input: AttentionInput,
): Promise<AttentionResult> {
  const { rows, headIds, dimension } = input;
  const probabilities = new Float32Array(headIds.length * rows * rows);
  const headOutputs = new Float32Array(headIds.length * rows * dimension);
  const headDecisions: HeadDecision[] = [];
  for (let slot = 0; slot < headIds.length; slot++) {
    const range = { first: headIds[slot]! * dimension, count: dimension };
    const project = (layer: Linear) => applyLinear(layer, input.hidden, rows, input.checkpoint, range);
    const query = await project(projections.query);
    const key = await project(projections.key);
    const value = await project(projections.value);
    const head = await probabilityRows({ query, key, value, rows, dimension, ...pick(input) });
    probabilities.set(head.probabilities, slot * rows * rows);
    const output = headOutputs.subarray(slot * rows * dimension, (slot + 1) * rows * dimension);
    const kept = multiplyValues(head.probabilities, head.value, output, input);
    headDecisions.push({
      head: headIds[slot]!,
      ...kept,
      refetchedQueries: head.refetchedQueries,
      maximumProbability: head.maximumProbability,
      ...(input.captureTensors ? { tensors: { query, key, value, probability: head.probabilities } } : {}),
    });
  }
  return { probabilities, headOutputs, headDecisions };
}

function pick(input: AttentionInput) {
  return { quantization: input.plan.quantization, checkpoint: input.checkpoint };
}

/** E = prob · V with only the largest probabilities of each query, and which value rows that touched. */
function multiplyValues(
  probabilities: Float32Array,
  value: Float32Array,
  output: Float32Array,
  input: AttentionInput,
): Pick<HeadDecision, "valueRowCount" | "valuesPerQuery"> {
  const { rows, dimension, plan } = input;
  const keepCount = plan.values === undefined ? rows : keptValueCount(plan.values, rows);
  const everyKey = Int32Array.from({ length: rows }, (_, key) => key);
  const touched = new Uint8Array(rows);
  const sums = new Float64Array(dimension);
  for (let query = 0; query < rows; query++) {
    const row = probabilities.subarray(query * rows, (query + 1) * rows);
    const kept = keepCount >= rows ? everyKey : keptValues(row, keepCount);
    sums.fill(0);
    for (const key of kept) {
      touched[key] = 1;
      for (let d = 0; d < dimension; d++) sums[d]! += row[key]! * value[key * dimension + d]!;
    }
    output.set(sums, query * dimension);
  }
  return {
    valueRowCount: touched.reduce((count, flag) => count + flag, 0),
    valuesPerQuery: new Array<number>(rows).fill(Math.min(keepCount, rows)),
  };
}

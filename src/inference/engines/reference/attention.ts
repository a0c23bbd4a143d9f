import type { Checkpoint } from "../../../base/checkpoint.ts";
import type { PruningPlan } from "../../../pruning/plan.ts";
import type { Arithmetic } from "../../arithmetic.ts";
import type { HeadDecision } from "../../decisions.ts";
import { attendHeadInCodes } from "./code-head.ts";
import { attendHeadInFloats } from "./float-head.ts";
import type { HeadAttention, HeadWork } from "./head-attention.ts";
import { applyLinear, type Linear } from "./linear.ts";

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
  readonly arithmetic: Arithmetic;
  readonly captureTensors: boolean;
}

export interface AttentionResult {
  /** (heads, queries, keys), before local value pruning: what the importance is summed from. */
  readonly probabilities: Float32Array;
  /** Value of 1 in `probabilities`. */
  readonly probabilityStep: number;
  /** (heads, queries, dimension) */
  readonly headOutputs: Float32Array;
  readonly headDecisions: readonly HeadDecision[];
}

const headsIn: Readonly<Record<Arithmetic, (work: HeadWork) => Promise<HeadAttention>>> = {
  float32: attendHeadInFloats,
  spatten: attendHeadInCodes,
};

/** Multi-head attention over the surviving tokens and heads (SpAtten, Algorithm 1), values pruned per query. */
export async function attend(
  projections: AttentionProjections,
  input: AttentionInput,
): Promise<AttentionResult> {
  const { rows, headIds, dimension, plan, checkpoint } = input;
  const attendHead = headsIn[input.arithmetic];
  const probabilities = new Float32Array(headIds.length * rows * rows);
  const headOutputs = new Float32Array(headIds.length * rows * dimension);
  const headDecisions: HeadDecision[] = [];
  let probabilityStep = 1;
  for (let slot = 0; slot < headIds.length; slot++) {
    const range = { first: headIds[slot]! * dimension, count: dimension };
    const project = (layer: Linear) => applyLinear(layer, input.hidden, rows, checkpoint, range);
    const query = await project(projections.query);
    const key = await project(projections.key);
    const value = await project(projections.value);
    const head = await attendHead({ query, key, value, rows, dimension, plan, checkpoint });
    probabilities.set(head.probabilities, slot * rows * rows);
    headOutputs.set(head.output, slot * rows * dimension);
    probabilityStep = head.probabilityStep;
    const { valueRowCount, valuesPerQuery, refetchedQueries, maximumProbability } = head;
    headDecisions.push({
      head: headIds[slot]!,
      ...{ valueRowCount, valuesPerQuery, refetchedQueries, maximumProbability },
      ...(input.captureTensors ? { tensors: { query, key, value, probability: valuesOf(head) } } : {}),
    });
  }
  return { probabilities, probabilityStep, headOutputs, headDecisions };
}

/** (queries, keys) */
function valuesOf({ probabilities, probabilityStep: step }: HeadAttention): Float32Array {
  return step === 1 ? probabilities : probabilities.map((code) => code * step);
}

import { SpattenError } from "../../base/errors.ts";
import { createRandom, type Random } from "../../base/random.ts";
import { lookUp, type Registry } from "../../base/registry.ts";
import { gather, selectHeads, selectTokens } from "../../pruning/cascade.ts";
import { checkedScores } from "../../pruning/checked-scores.ts";
import { fixedHeadsAtLayer } from "../../pruning/fixed-heads.ts";
import { addHeadImportance } from "../../pruning/head-importance.ts";
import type { PruningMethod, ScoreContext } from "../../pruning/methods/method.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { keepCountAtLayer } from "../../pruning/schedule.ts";
import { countAboveThreshold, requireThresholdOf } from "../../pruning/threshold.ts";
import { addTokenImportance } from "../../pruning/token-importance.ts";
import type { CascadeTopK, LayerDecision } from "../decisions.ts";
import type { AttentionResult } from "../engines/reference/attention.ts";
import { valuesOfSums, wholeMultiples } from "./code-scores.ts";

/** What survives, with the scores that it carries from layer to layer. */
export interface CascadeState {
  /** Positions in the sentence, ascending. */
  readonly tokens: Int32Array;
  readonly heads: Int32Array;
  /** Score of each surviving token over the layers so far. */
  readonly tokenScores: Float64Array;
  /** Sum of |E| of each surviving head over the layers so far. */
  readonly headScores: Float64Array;
}

/** What a layer's attention decides for the next layer. */
export interface CascadeStep {
  readonly next: CascadeState;
  /** Indices of the surviving tokens among those of this layer. */
  readonly tokenIndices: Int32Array;
  readonly decision: Pick<
    LayerDecision,
    "tokenScores" | "tokenImportance" | "headScores" | "headImportance" | "tokenTopK" | "headTopK"
  >;
}

export interface CascadeShape {
  readonly layerCount: number;
  readonly headCount: number;
  readonly headDimension: number;
  readonly tokenCount: number;
}

/** The cascade of token and head pruning over the layers of one sentence (SpAtten, Algorithm 2). */
export interface Cascade {
  readonly start: CascadeState;
  /** Adds one layer's importance and selects what the next layer works on. */
  advance(layer: number, state: CascadeState, attention: AttentionResult): CascadeStep;
}

/** @throws SpattenError `config` for a method that the registry lacks, or a plan that prunes before the first score. */
export function createCascade(
  plan: PruningPlan,
  shape: CascadeShape,
  methods: Registry<PruningMethod>,
): Cascade {
  const method = lookUp(methods, plan.tokens?.method ?? "spatten", "pruning method");
  requireThresholdOf(method, plan.tokens);
  const random = createRandom(plan.tokens?.seed ?? 0);
  requireWholeFirstLayer("tokens", plan, shape.tokenCount, shape.layerCount);
  requireWholeFirstLayer("heads", plan, shape.headCount, shape.layerCount);
  return {
    start: {
      tokens: allOf(shape.tokenCount),
      heads: Int32Array.from(fixedHeadsAtLayer(plan, 0, shape.headCount) ?? allOf(shape.headCount)),
      tokenScores: new Float64Array(shape.tokenCount),
      headScores: new Float64Array(fixedHeadsAtLayer(plan, 0, shape.headCount)?.length ?? shape.headCount),
    },
    advance: (layer, state, attention) => advance({ plan, shape, method, random }, layer, state, attention),
  };
}

function allOf(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}

/** A plan made for generation prunes layer 0 too, by scores of the iteration before; an encoder has none. */
function requireWholeFirstLayer(
  what: "tokens" | "heads",
  plan: PruningPlan,
  count: number,
  layerCount: number,
): void {
  const budget = plan[what];
  if (budget === undefined) return;
  const kept = keepCountAtLayer(budget, {
    layer: 0,
    layerCount,
    originalCount: count,
    currentCount: count,
  });
  if (kept === count) return;
  throw new SpattenError(
    "config",
    `this plan prunes ${what} in layer 0, where an encoder has no scores yet`,
    {
      where: `plan ${plan.name} at ${what}.schedule`,
      got: `${kept} of ${count}`,
      expected: "all of them",
    },
  );
}

interface CascadeRules {
  readonly plan: PruningPlan;
  readonly shape: CascadeShape;
  readonly method: PruningMethod;
  readonly random: Random;
}

function advance(
  rules: CascadeRules,
  layer: number,
  state: CascadeState,
  attention: AttentionResult,
): CascadeStep {
  const { plan, shape, method, random } = rules;
  const [queries, heads] = [state.tokens.length, state.heads.length];
  const step = attention.probabilityStep;
  const sums = new Float64Array(queries);
  addTokenImportance(sums, attention.probabilities, { heads, queries, keys: queries });
  const tokenImportance = valuesOfSums(sums, step);
  const headImportance = new Float64Array(heads);
  addHeadImportance(headImportance, attention.headOutputs, {
    heads,
    queries,
    dimension: shape.headDimension,
  });
  const context: ScoreContext = {
    carried: state.tokenScores,
    layerScores: tokenImportance,
    firstTokenScores: valuesOfSums(firstRowSums(attention.probabilities, heads, queries), step),
    random,
  };
  const scores = checkedScores(`pruning method "${method.id}"`, queries, () => method.score(context));
  const tokenScores = wholeMultiples(scores, step);
  const headScores = state.headScores.map((score, slot) => score + headImportance[slot]!);

  const hasNext = layer + 1 < shape.layerCount;
  const tokenTopK = hasNext ? tokenTopKOf(rules, layer + 1, tokenScores, state.tokens) : undefined;
  const headTopK = hasNext ? budgetTopK(plan.heads, layer + 1, heads, shape.headCount, shape) : undefined;
  const tokenIndices =
    tokenTopK === undefined || plan.tokens === undefined
      ? allOf(queries)
      : selectTokens(tokenScores, state.tokens, tokenTopK.k, plan.tokens.protect, shape.tokenCount);
  const headIndices = headTopK === undefined ? allOf(heads) : selectHeads(headScores, headTopK.k);
  const fixed = hasNext ? fixedNext(rules, layer + 1, state.heads, headScores) : undefined;
  return {
    next: {
      tokens: tokenIndices.map((index) => state.tokens[index]!),
      heads: fixed?.heads ?? headIndices.map((index) => state.heads[index]!),
      tokenScores: gather(tokenScores, tokenIndices),
      headScores: fixed?.headScores ?? gather(headScores, headIndices),
    },
    tokenIndices,
    decision: {
      tokenScores: Array.from(tokenScores),
      tokenImportance: Array.from(tokenImportance),
      headScores: Array.from(headScores),
      headImportance: Array.from(headImportance),
      // More are kept than asked for where more are protected.
      ...(tokenTopK === undefined ? {} : { tokenTopK: { n: queries, k: tokenIndices.length } }),
      ...(headTopK === undefined ? {} : { headTopK }),
    },
  };
}

/** Sum over heads of the first query's probabilities (heads, queries, keys): (keys). */
function firstRowSums(probabilities: Float32Array, heads: number, queries: number): Float64Array {
  const sums = new Float64Array(queries);
  for (let head = 0; head < heads; head++) {
    const start = head * queries * queries;
    for (let key = 0; key < queries; key++) sums[key]! += probabilities[start + key]!;
  }
  return sums;
}

/** The tokens that a layer works on: the schedule's, or fewer where a threshold leaves fewer. */
function tokenTopKOf(
  { plan, shape }: CascadeRules,
  layer: number,
  scores: Float64Array,
  positions: Int32Array,
): CascadeTopK | undefined {
  if (plan.tokens === undefined) return undefined;
  const n = scores.length;
  const budgetCount = budgetTopK(plan.tokens, layer, n, shape.tokenCount, shape)?.k ?? n;
  const place = { layer, originalLength: shape.tokenCount, budgetCount };
  const k = countAboveThreshold(plan.tokens, scores, positions, place);
  return k < n ? { n, k } : undefined;
}

/** The heads that the plan fixes for a layer; one that was away before starts without a score. */
function fixedNext(
  { plan, shape }: CascadeRules,
  layer: number,
  heads: Int32Array,
  headScores: Float64Array,
): Pick<CascadeState, "heads" | "headScores"> | undefined {
  const fixed = fixedHeadsAtLayer(plan, layer, shape.headCount);
  if (fixed === undefined) return undefined;
  return {
    heads: Int32Array.from(fixed),
    headScores: Float64Array.from(fixed, (head) => headScores[heads.indexOf(head)] ?? 0),
  };
}

/** The top-k that brings `currentCount` down for that layer, or nothing where all of them stay. */
function budgetTopK(
  budget: PruningPlan["tokens"] | PruningPlan["heads"],
  layer: number,
  currentCount: number,
  originalCount: number,
  shape: CascadeShape,
): CascadeTopK | undefined {
  if (budget === undefined) return undefined;
  const context = { layer, layerCount: shape.layerCount, originalCount, currentCount };
  const k = keepCountAtLayer(budget, context);
  return k < currentCount ? { n: currentCount, k } : undefined;
}

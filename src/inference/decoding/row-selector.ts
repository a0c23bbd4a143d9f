import { createRandom } from "../../base/random.ts";
import { selectTokens } from "../../pruning/cascade.ts";
import { checkedScores } from "../../pruning/checked-scores.ts";
import type { PruningPlan, TokenPruning } from "../../pruning/plan.ts";
import type { CachePolicy, PolicyContext } from "../../pruning/policies/policy.ts";
import { keepCountAtLayer } from "../../pruning/schedule.ts";
import { countAboveThreshold } from "../../pruning/threshold.ts";
import type { CascadeTopK } from "../decisions.ts";
import type { DecoderShape } from "../models/decoder-model.ts";
import { policyContext } from "./policy-context.ts";
import { createScoreBook } from "./score-book.ts";

/** Where in a run rows are chosen. */
export interface ChoicePlace {
  /** 0 is the prompt. */
  readonly iteration: number;
  readonly layer: number;
  /** Tokens so far, those of this iteration among them. */
  readonly length: number;
}

/** The rows that one key and value head reads, and the top-k that chose them. */
export interface RowChoice {
  /** Positions, ascending. */
  readonly positions: Int32Array;
  readonly topK?: CascadeTopK | undefined;
}

/** What decides which rows of its cache each layer reads. */
export interface RowSelector {
  /** The choice of each key and value head; `held` are the positions that it holds, the newest ones among them. */
  choose(place: ChoicePlace, held: readonly Int32Array[]): readonly RowChoice[];
  /** Tells what the rows of a head received: sums over its query heads and the queries of this iteration. */
  observe(place: ChoicePlace, keyValueHead: number, seen: ObservedAttention): void;
  /** Takes what was observed since then for good, or back. */
  commit(): void;
  rollback(): void;
}

export interface ObservedAttention {
  readonly positions: Int32Array;
  readonly sums: Float64Array;
  /** The same over the prompt's last queries, where the policy looks at these. */
  readonly observed?: Float64Array | undefined;
}

/** A selector that follows a policy under the budget of a plan; without one, everything is read. */
export function createRowSelector(
  plan: PruningPlan,
  policy: CachePolicy | undefined,
  shape: DecoderShape,
): RowSelector {
  const book = createScoreBook();
  /** What the layer before read in this iteration, for a cascade over the layers. */
  let cascade: Int32Array | undefined;
  /** Choices after the prompt, by layer, and the length then. */
  const lasting = new Map<number, { readonly choices: readonly RowChoice[]; readonly length: number }>();
  const heads = Array.from({ length: shape.keyValueHeadCount }, (_, head) => head);

  const choiceOf = (tokens: TokenPruning, place: ChoicePlace, head: number, held: Int32Array): RowChoice => {
    const candidates =
      policy!.granularity === "model" && place.layer > 0 ? inBoth(held, cascade ?? held) : held;
    const unit = unitOf(policy!, place.layer, head, shape);
    return choose(tokens, policy!, candidates, place, shape, (keepCount) => {
      const random = createRandom(drawSeed(tokens.seed ?? 0, place.iteration, place.layer));
      return policyContext(book, unit, candidates, keepCount, random);
    });
  };

  const chooseNow = (tokens: TokenPruning, place: ChoicePlace, held: readonly Int32Array[]): RowChoice[] => {
    if (policy!.granularity === "key-value-head")
      return heads.map((head) => choiceOf(tokens, place, head, held[head]!));
    const one = choiceOf(tokens, place, 0, held[0]!);
    if (policy!.granularity === "model") cascade = one.positions;
    return heads.map(() => one);
  };

  return {
    choose: (place, held) => {
      const { tokens } = plan;
      if (place.layer === 0) cascade = undefined;
      if (tokens === undefined || policy === undefined || place.iteration === 0) {
        return held.map((positions) => ({ positions }));
      }
      if (policy.phase === "each-step") return chooseNow(tokens, place, held);
      const before = lasting.get(place.layer);
      if (before !== undefined && before.length < place.length) {
        return held.map((positions, head) => ({
          positions: positions.filter(
            (position) => position >= before.length || has(before.choices[head]!.positions, position),
          ),
        }));
      }
      const choices = chooseNow(tokens, place, held);
      lasting.set(place.layer, { choices, length: place.length });
      return choices;
    },
    observe: ({ iteration, layer }, head, { positions, sums, observed }) => {
      if (policy === undefined) return;
      book.add(unitOf(policy, layer, head, shape), iteration, positions, sums, observed);
    },
    commit: book.commit,
    rollback: book.rollback,
  };
}

/** The rows that stay of the candidates: the plan's budget, or fewer where a threshold leaves fewer. */
function choose(
  tokens: TokenPruning,
  policy: CachePolicy,
  positions: Int32Array,
  { layer, length }: ChoicePlace,
  { layerCount }: DecoderShape,
  contextFor: (keepCount: number) => PolicyContext,
): RowChoice {
  const n = positions.length;
  // The newest token has no score yet, and nothing could be told of it without its own row.
  const protect = { ...tokens.protect, lastCount: Math.max(1, tokens.protect.lastCount) };
  const budgetCount = keepCountAtLayer(tokens, {
    ...{ layer, layerCount },
    originalCount: length,
    currentCount: n,
  });
  if (budgetCount >= n && tokens.scoreThreshold === undefined) return { positions };
  const context = contextFor(budgetCount);
  const scores = checkedScores(`cache policy "${policy.id}"`, n, () => policy.score(context));
  const place = { layer, originalLength: length, budgetCount };
  const k = countAboveThreshold({ ...tokens, protect }, scores, positions, place);
  if (k >= n) return { positions };
  const kept = selectTokens(scores, positions, k, protect, length);
  return { positions: kept.map((row) => positions[row]!), topK: { n, k: kept.length } };
}

function unitOf(policy: CachePolicy, layer: number, head: number, shape: DecoderShape): number {
  if (policy.granularity === "model") return 0;
  return policy.granularity === "layer" ? layer : layer * shape.keyValueHeadCount + head;
}

/** A draw must not depend on how often a step was tried. */
function drawSeed(seed: number, iteration: number, layer: number): number {
  return (seed + Math.imul(iteration + 1, 0x9e3779b1) + Math.imul(layer + 1, 0x85ebca6b)) | 0;
}

/** Elements of both ascending lists. */
function inBoth(left: Int32Array, right: Int32Array): Int32Array {
  if (left === right) return left;
  const both = new Int32Array(Math.min(left.length, right.length));
  let [count, at] = [0, 0];
  for (let index = 0; index < left.length; index++) {
    const value = left[index]!;
    while (at < right.length && right[at]! < value) at++;
    if (right[at] === value) both[count++] = value;
  }
  return both.subarray(0, count);
}

/** Whether an ascending list has a value. */
function has(ascending: Int32Array, value: number): boolean {
  let [first, last] = [0, ascending.length - 1];
  while (first <= last) {
    const middle = (first + last) >> 1;
    const found = ascending[middle]!;
    if (found === value) return true;
    if (found < value) first = middle + 1;
    else last = middle - 1;
  }
  return false;
}

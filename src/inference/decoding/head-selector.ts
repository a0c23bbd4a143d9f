import { selectHeads } from "../../pruning/cascade.ts";
import { fixedHeadsAtLayer } from "../../pruning/fixed-heads.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { keepCountAtLayer } from "../../pruning/schedule.ts";
import type { CascadeTopK } from "../decisions.ts";
import type { DecoderShape } from "../models/decoder-model.ts";

/** The key and value heads that a layer works on, and the top-k that chose them. */
export interface HeadChoice {
  /** Ascending ids. */
  readonly keyValueHeads: readonly number[];
  readonly topK?: CascadeTopK | undefined;
}

/**
 * What decides which heads each layer works on. Where query heads share keys and values they stay and leave together: the
 * importance of such a group is the mean over its query heads.
 */
export interface HeadSelector {
  /** The heads of a layer in an iteration, a part of those of the layer before. */
  choose(iteration: number, layer: number): HeadChoice;
  /** Tells the sum of |E| of each query head that a group has. */
  observe(keyValueHead: number, queryHeadSums: readonly number[]): void;
  commit(): void;
  rollback(): void;
}

/** A cascade of head pruning over the layers of each iteration; scores go on over iterations (SpAtten, section III-B). */
export function createHeadSelector(plan: PruningPlan, shape: DecoderShape): HeadSelector {
  const { keyValueHeadCount: headCount, layerCount } = shape;
  const all = Array.from({ length: headCount }, (_, head) => head);
  let scores = new Float64Array(headCount);
  let committed = scores.slice();
  let current: readonly number[] = all;
  return {
    choose: (iteration, layer) => {
      if (layer === 0) current = all;
      const fixed = fixedHeadsAtLayer(plan, layer, headCount);
      if (fixed !== undefined) return { keyValueHeads: fixed };
      // The prompt is worked on whole, as in the released traces.
      if (plan.heads === undefined || iteration === 0) return { keyValueHeads: current };
      const n = current.length;
      const k = keepCountAtLayer(plan.heads, {
        ...{ layer, layerCount },
        originalCount: headCount,
        currentCount: n,
      });
      if (k >= n) return { keyValueHeads: current };
      const kept = selectHeads(
        current.map((head) => scores[head]!),
        k,
      );
      current = Array.from(kept, (index) => current[index]!);
      return { keyValueHeads: current, topK: { n, k } };
    },
    observe: (head, sums) => {
      scores[head]! += sums.reduce((total, sum) => total + sum, 0) / sums.length;
    },
    commit: () => {
      committed = scores.slice();
    },
    rollback: () => {
      scores = committed.slice();
    },
  };
}

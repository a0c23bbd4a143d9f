import type { Random } from "../../base/random.ts";

/** What a policy may look at when a layer chooses which rows of its cache an iteration reads. */
export interface PolicyContext {
  /** Positions of the rows that there are, ascending; the newest is last: (rows). */
  readonly positions: Int32Array;
  /** Rows that will stay, protected ones among them. */
  readonly keepCount: number;
  /**
   * Attention that each row received so far, column sums over queries and heads: of the whole model where the policy's
   * granularity is that, else of this layer, or of this key and value head: (rows).
   */
  readonly accumulated: Float64Array;
  /** The same of the last iteration alone; 0 for a row that it did not read: (rows). */
  readonly latest: Float64Array;
  /** The same of the last `observedQueries` queries of the prompt alone: (rows). */
  readonly observed: Float64Array;
  /** Seeded from the plan. */
  readonly random: Random;
}

/** What a choice holds for: all layers in turn, each a part of the one before; one layer; one key and value head. */
export type PolicyGranularity = "model" | "layer" | "key-value-head";

/** A way to choose the rows of a KV cache; budgets, protection, quantization and removal are the same for all policies. */
export interface CachePolicy {
  readonly id: string;
  readonly title: string;
  /** Paper and section, or what the policy is for. */
  readonly source: string;
  readonly granularity: PolicyGranularity;
  /** `each-step`: before every iteration of the generation; `after-prompt`: once, and what comes later stays. */
  readonly phase: "each-step" | "after-prompt";
  /** Whether kept keys move together, as if nothing had been between them; needs rotary positions. */
  readonly repositions: boolean;
  /** Whether a plan gives a score below which a row leaves (`tokens.scoreThreshold`). */
  readonly usesThreshold?: boolean;
  /** How many of the prompt's last queries `observed` is summed over. */
  readonly observedQueries?: number;
  /** The scores that the top-k sees, Infinity for what the policy itself keeps: (rows), a new array. */
  score(context: PolicyContext): Float64Array;
}

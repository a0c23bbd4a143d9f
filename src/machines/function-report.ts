/** What a machine decides while it computes: whole rankings of tokens, heads and values, and fetches of low bits. */
export type DecisionKind = "token" | "head" | "value" | "lowBits";

/**
 * Why a machine decided otherwise than the record: `tie`, its codes are equal and it keeps the first; `rounding`, the
 * recorded numbers lie closer together than its arithmetic can tell apart; `unexplained`, neither.
 */
export type DifferenceCause = "tie" | "rounding" | "unexplained";

/** Decisions of one kind, compared one by one on equal inputs. */
export interface DecisionCounts {
  readonly equalCount: number;
  readonly tieCount: number;
  readonly roundingCount: number;
  readonly unexplainedCount: number;
}

/** One decision that differs from the recorded one. */
export interface DecisionDifference {
  readonly decision: DecisionKind;
  readonly iteration: number;
  readonly layer: number;
  /** For `value` and `lowBits`. */
  readonly head?: number;
  /** For `value` and `lowBits`, counted from 0 within the job. */
  readonly query?: number;
  /** Ids of tokens, heads or keys that the machine alone keeps; for `lowBits` the query, where it alone fetches them. */
  readonly machineOnlyIds: readonly number[];
  readonly recordOnlyIds: readonly number[];
  /**
   * Gap between recorded numbers, in their own unit: the largest that the machine drops and the smallest that it keeps
   * instead, at least that to the k-th; for `lowBits` the largest probability and the threshold. Below 0 where the record
   * contradicts its own numbers.
   */
  readonly recordedMargin: number;
  /** How large a gap the machine's arithmetic can close: the sum of the error bounds of the two numbers. */
  readonly errorBound: number;
  readonly cause: DifferenceCause;
}

/** Outputs against attention in floats, in the unit of the values. */
export interface OutputAccuracy {
  readonly maximumAbsoluteError: number;
  /** Root of the mean square error, over that of the outputs. */
  readonly relativeRmsError: number;
  /** Largest bound of an element's error. */
  readonly errorBound: number;
  /** Largest part of its own bound that an element's error takes; at most 1. */
  readonly errorOverBoundRatio: number;
}

/** One head of one layer as it was computed. */
export interface HeadFunction extends OutputAccuracy {
  readonly iteration: number;
  readonly layer: number;
  readonly head: number;
  /** Queries for which the machine fetches the low bits of K, by its own decision. */
  readonly lowBitQueries: readonly number[];
}

/** What a layer hands on, by the machine's own rankings; absent where it ranks nothing. */
export interface LayerFunction {
  readonly iteration: number;
  readonly layer: number;
  readonly keptTokenIds?: readonly number[];
  readonly keptHeads?: readonly number[];
}

/** How many keys a machine that selects them for each query looked at, added up over all queries. */
export interface SelectionCounts {
  readonly queryCount: number;
  readonly keyCount: number;
  /** Keys whose whole dot product was computed. */
  readonly candidateCount: number;
  /** Keys whose value was multiplied. */
  readonly keptCount: number;
}

/** What a machine computed with a workload's tensors. Plain data. */
export interface FunctionReport extends OutputAccuracy {
  readonly decisions: Readonly<Record<DecisionKind, DecisionCounts>>;
  /**
   * Largest part of its error bound by which a number behind a decision (a probability, a token's or a head's score)
   * differs from the recorded one; at most 1 where the record comes from the same operands.
   */
  readonly recordErrorOverBoundRatio: number;
  readonly differences: readonly DecisionDifference[];
  /** On machines that select keys for each query by themselves. */
  readonly selection?: SelectionCounts;
  readonly heads: readonly HeadFunction[];
  readonly layers: readonly LayerFunction[];
  readonly assumptions: readonly string[];
}

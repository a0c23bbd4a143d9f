/** What one head of one layer fetched and computed. */
export interface HeadDecision {
  readonly head: number;
  /** Value rows that any query kept. */
  readonly valueRowCount: number;
  /** Values that each query kept. */
  readonly valuesPerQuery: readonly number[];
  /** Queries that were computed again with the low bits of K. */
  readonly refetchedQueries: readonly number[];
  /** Largest probability of each query, as the machine's decision unit sees it. */
  readonly maximumProbability: readonly number[];
  /** Operands as computed (rows, dimension), where the caller asked for them. */
  readonly tensors?: HeadTensors;
}

/** Q, K and V of one head as projected, before any quantization: (rows, dimension) each; and what came of Q and K. */
export interface HeadTensors {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  /** (queries, keys), before local value pruning. */
  readonly probability: Float32Array;
}

/** A cascade top-k: of `n` scores, `k` stay for the next layer. */
export interface CascadeTopK {
  readonly n: number;
  readonly k: number;
}

/** What one layer worked on, and what it decided for the next. */
export interface LayerDecision {
  readonly layer: number;
  /** Positions in the sentence that this layer worked on, ascending. */
  readonly tokens: readonly number[];
  /** Heads that this layer worked on, ascending. */
  readonly heads: readonly number[];
  readonly headDecisions: readonly HeadDecision[];
  /** Scores over `tokens` that the method saw after this layer (cumulative for SpAtten). */
  readonly tokenScores: readonly number[];
  /** Column sums of this layer alone over `tokens`. */
  readonly tokenImportance: readonly number[];
  /** Scores over `heads` that the head top-k saw after this layer: cumulative. */
  readonly headScores: readonly number[];
  /** Sum of |E| of this layer alone over `heads`. */
  readonly headImportance: readonly number[];
  readonly tokenTopK?: CascadeTopK;
  readonly headTopK?: CascadeTopK;
  /** Euclidean norm of the hidden states that leave this layer. */
  readonly hiddenNorm: number;
  /** Multiply-accumulates outside the attention: projections and feed-forward, on the rows that were there. */
  readonly linearMultiplyAccumulates: number;
}

/** An encoder's answer and every decision on the way. */
export interface EncoderRun {
  /** (classes), (surviving tokens, outputs) or (hidden), by the model's head. */
  readonly logits: Float32Array;
  /** Positions that leave the last layer: the rows of an output for each token. */
  readonly outputTokens: readonly number[];
  readonly layers: readonly LayerDecision[];
}

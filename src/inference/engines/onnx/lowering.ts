import type { GraphBuilder } from "../../../graph/graph-builder.ts";
import { EXCLUDED_SCORE } from "../excluded-score.ts";

/** How the weights of dense layers are held: float32, or int8 codes of 7 or of all 8 bits. */
export type WeightFormat = "float32" | "int8-narrow" | "int8-full";

/**
 * What a graph gives beside its answer: nothing, what a run needs to be replayed (positions and importance of each
 * layer), or every decision that is recorded.
 */
export type GraphOutputs = "answer" | "replay" | "decisions";

/**
 * How dense attention is written: in standard operators; as one operator of onnxruntime's own domain; or as one of operator
 * set 23. The last two give no importance, and not every runtime has them.
 */
export type AttentionForm = "standard" | "contrib" | "operator-set-23";

export interface LoweringOptions {
  /** `one`: a single input, without masks; `batch`: several of unequal lengths. */
  readonly form: "one" | "batch";
  readonly weights: WeightFormat;
  readonly outputs: GraphOutputs;
  /** `standard` where it is left out; the others for graphs that prune nothing, of one input, and give the answer alone. */
  readonly attention?: AttentionForm | undefined;
}

/** The tokens that a point of the graph works on, as names of values. */
export interface TokenRows {
  /** Hidden states (batch · width, hidden). */
  readonly hidden: string;
  /** Positions in the sentence (batch, width). */
  readonly positions: string;
  /** Rows of each sentence, padding included: (1). */
  readonly width: string;
  /** Scores so far (batch, width); none before the first layer. */
  readonly scores?: string | undefined;
  /** What tells rows from padding; absent where there is none. */
  readonly padding?: Padding | undefined;
}

/** Which rows of a batch are tokens, as names of values. */
export interface Padding {
  /** Tokens of each sentence (batch). */
  readonly counts: string;
  /** (batch, width), bool */
  readonly isToken: string;
  /** 1 for a token, 0 for padding: (batch, width). */
  readonly tokenWeight: string;
  /** What is added to scores, so that no query looks at padding: (batch, 1, 1, width). */
  readonly scoreBias: string;
}

/** What a dense layer's lowering is given. */
export interface LinearLowering {
  readonly graph: GraphBuilder;
  readonly options: Pick<LoweringOptions, "weights">;
}

/** What every part of an encoder's lowering is given. */
export interface Lowering extends LinearLowering {
  readonly options: LoweringOptions;
  /** 0, 1, 2 … up to the longest sentence. */
  readonly ordinals: string;
  /** Tokens of each sentence (batch); (1) in the form for one. */
  readonly lengths: string;
  /** Number of sentences (1). */
  readonly batch: string;
}

/** 0 … width - 1, as a row (1, width). */
export function ordinalRow({ graph, ordinals }: Lowering, width: string): string {
  const row = graph.node("Slice", [ordinals, graph.integers([0]), width, graph.integers([0])]);
  return graph.node("Unsqueeze", [row, graph.integers([0])]);
}

/** The padding of sentences of `counts` tokens in `width` rows. */
export function paddingOf(lowering: Lowering, counts: string, width: string): Padding {
  const { graph } = lowering;
  const limits = graph.node("Unsqueeze", [counts, graph.integers([1])]);
  const isToken = graph.node("Less", [ordinalRow(lowering, width), limits]);
  const bias = graph.node("Where", [isToken, graph.float(0), graph.float(EXCLUDED_SCORE)]);
  return {
    counts,
    isToken,
    tokenWeight: graph.node("Cast", [isToken], { attributes: { to: 1 } }),
    scoreBias: graph.node("Unsqueeze", [bias, graph.integers([1, 2])]),
  };
}

/** A shape that begins with the number of sentences. */
export function shapeOf({ graph, options, batch }: Lowering, rest: readonly number[]): string {
  if (options.form === "one") return graph.integers([1, ...rest]);
  return graph.node("Concat", [batch, graph.integers(rest)], { attributes: { axis: 0 } });
}

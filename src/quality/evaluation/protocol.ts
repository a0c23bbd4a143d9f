/** How the rows of a decoder's evaluation were made; plain data, a part of its document. */
export type EvaluationProtocol = WindowsProtocol | NeedleProtocol;

export interface WindowsProtocol {
  readonly kind: "windows";
  /** Tokens of a window, its begin token not counted. */
  readonly windowTokenCount: number;
  /** Tokens of a window that are its prompt, worked on whole, the begin token among them. */
  readonly promptTokenCount: number;
  /** Tokens of a window that are predicted one by one under the plan. */
  readonly scoredTokenCount: number;
  /** Token in front of each window; null where there is none. */
  readonly beginId: number | null;
  /** The dense model over whole windows, each token predicted but the first, and the number of those tokens. */
  readonly wholeWindows: { readonly nats: number; readonly perplexity: number; readonly tokenCount: number };
  /** What the intervals draw. */
  readonly drawn: { readonly of: "windows" | "blocks"; readonly count: number; readonly tokenCount: number };
}

export interface NeedleProtocol {
  readonly kind: "needle";
  /** Right answers of each length and depth. */
  readonly cells: readonly {
    readonly lengthTokenCount: number;
    readonly depthRatio: number;
    readonly rowCount: number;
    readonly rightCount: { readonly dense: number; readonly pruned: number };
  }[];
}

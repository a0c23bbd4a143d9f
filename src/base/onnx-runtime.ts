/** A tensor that goes into or comes out of a graph. */
export interface RuntimeTensor {
  readonly type: "float32" | "int64";
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export type RuntimeTensors = Readonly<Record<string, RuntimeTensor>>;

/** A loaded graph. */
export interface OnnxSession {
  /** Runs the graph; the arrays given belong to the session from then on. @throws SpattenError `aborted`. */
  run(inputs: RuntimeTensors, signal?: AbortSignal): Promise<RuntimeTensors>;
  /**
   * The same with further inputs that come back when the run is over, whatever became of it; the arrays given are not to be
   * used again. Rejects where they are lost: the runtime has ended.
   */
  runLending(inputs: RuntimeTensors, loan: RuntimeTensors): Promise<LendingRun>;
  /**
   * Takes further inputs that stay with the session from run to run; the arrays given are not to be used again. Absent where
   * lending costs nothing.
   */
  hold?(loan: RuntimeTensors): HeldTensors;
  release(): Promise<void>;
}

/** A constant that lies outside the bytes of a graph, under the name that they have for it. */
export interface OuterConstant {
  readonly path: string;
  readonly data: Uint8Array;
}

/** What was lent to a run, as it was, and what the run gave or why it failed. */
export interface LendingRun {
  readonly loan: RuntimeTensors;
  readonly outputs: RuntimeTensors | Error;
}

export interface SessionOptions {
  /** Constants outside the graph's bytes; only read, until the graph is loaded. */
  readonly constants?: readonly OuterConstant[];
  /**
   * For one of many graphs that take turns: its threads sleep between runs, since those of one session that wait busily
   * would take the cores from the next one.
   */
  readonly takesTurns?: boolean;
}

/** Inputs of a session that stay where its runs are. */
export interface HeldTensors {
  /** Edits them, and runs the graph over them and those given; what the run gave, or why it failed. Rejects where they are lost. */
  run(inputs: RuntimeTensors, edits?: RowEdits): Promise<RuntimeTensors | Error>;
  /** Ends the holding: the tensors as they are. Rejects where they are lost. */
  takeBack(): Promise<RuntimeTensors>;
}

/**
 * Rows that become others, one after the other, in sets of tensors (…, width) that are seen as (rows, width). All in few
 * arrays, since each has its price on the way to another thread.
 */
export interface RowEdits {
  /** Names of the tensors of each set, which are edited alike. */
  readonly sets: readonly (readonly string[])[];
  /** Set, row that is written, row that is copied there or below 0 the new row −1 − from: (edits, 3). */
  readonly steps: Int32Array;
  /** New rows, for each tensor of a set one list: (tensors of a set, new rows, width). */
  readonly rows: readonly Float32Array[];
}

/** What runs ONNX graphs, given by the edge that has one: a native library, WebAssembly. */
export interface OnnxRuntime {
  /** What it runs on, for people. @throws SpattenError `missing-engine` naming the line that installs it. */
  describe(): Promise<string>;
  /** True where `createSession` takes constants outside the graph, which saves a copy of all weights. */
  readonly takesOuterConstants?: boolean;
  /**
   * Loads a graph. The array given belongs to the session from then on.
   * @throws SpattenError `missing-engine`.
   */
  createSession(model: Uint8Array<ArrayBuffer>, options?: SessionOptions): Promise<OnnxSession>;
}

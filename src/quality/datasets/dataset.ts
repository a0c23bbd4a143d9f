/** One row of a data set, with the place in its file for messages. */
export type Example =
  | LabelledExample
  | QuestionExample
  | ClipExample
  | TextExample
  | WindowExample
  | NeedleExample;

/** A text, or a pair of texts, with the class or number that people gave it. */
export interface LabelledExample {
  readonly kind: "label";
  readonly where: string;
  readonly text: string;
  readonly context?: string | undefined;
  /** Name of a class, its number in the model's order, or a score. */
  readonly label: string;
}

/** A question on a document; without right answers it has none there. */
export interface QuestionExample {
  readonly kind: "question";
  readonly where: string;
  readonly text: string;
  readonly context: string;
  readonly answers: readonly string[];
  /** Index of the context among the split's documents. */
  readonly document: number;
}

/** A clip of sound as features (frames, features). */
export interface ClipExample {
  readonly kind: "clip";
  readonly where: string;
  readonly label: string;
  readonly frameCount: number;
  readonly readFeatures: () => Float32Array;
}

/** A document. */
export interface TextExample {
  readonly kind: "text";
  readonly where: string;
  readonly text: string;
}

/** A stretch of a text in a decoder's tokens, made out of texts or paragraphs. */
export interface WindowExample {
  readonly kind: "window";
  readonly where: string;
  /** The token that a text begins with in front, where windows have one. */
  readonly ids: readonly number[];
  readonly beginId: number | null;
  /** Tokens that are there from the start; the others are predicted one by one. */
  readonly promptCount: number;
}

/** A fact hidden in a text and a question for it, in a decoder's tokens. */
export interface NeedleExample {
  readonly kind: "needle";
  readonly where: string;
  readonly ids: readonly number[];
  /** What a right answer holds. */
  readonly value: string;
  /** Tokens that the text was to have at most, and the part of it that lies before the fact. */
  readonly lengthTokenCount: number;
  readonly depthRatio: number;
}

/** The rows of a split, all of one kind, and the documents that its questions are about, each once. */
export interface Split {
  readonly rows: readonly Example[];
  readonly documents: readonly string[];
}

/** The usual names of splits, the one to evaluate first. */
export const splitNames = ["test", "validation", "train"] as const;

export type SplitName = (typeof splitNames)[number];

/** An opened data set; a split is read when it is asked for. */
export interface Dataset {
  /** Name for messages and reports. */
  readonly name: string;
  readonly format: string;
  readonly splitNames: readonly SplitName[];
  /** @throws SpattenError `missing-data` for a split that is not there, `input` naming line and field of a bad row. */
  readSplit(name: SplitName): Promise<Split>;
}

/** Files of a data set, given by the edge that has them: a folder, or one file of it that the user named. */
export interface DatasetFiles {
  /** Name for messages. */
  readonly name: string;
  /** The only file that may be read, where the user named a file. */
  readonly fileName?: string | undefined;
  exists(fileName: string): Promise<boolean>;
  /** @throws SpattenError `missing-data`, `input`. */
  readText(fileName: string): Promise<string>;
  readBytes(fileName: string): Promise<Uint8Array>;
}

/** A layout of data sets, as a row of a registry. */
export interface DatasetFormat {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** What a row is. */
  readonly row: string;
  /** Whether the files look like this layout. */
  recognizes(files: DatasetFiles): Promise<boolean>;
  /** @throws SpattenError `missing-data`, `input`. */
  open(files: DatasetFiles): Promise<Dataset>;
}

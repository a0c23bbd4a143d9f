import type { Steps } from "../../base/checkpoint.ts";
import type { TextFolder } from "../../base/text-folder.ts";

/** What an oracle's figures come from, in one word each; the page explains them. */
export type EvidenceKind =
  | "RTL-exact"
  | "other simulator"
  | "behavioural model"
  | "own slow twin"
  | "law"
  | "hand figure";

/** A folder that an oracle reads: recorded figures of others, and the official release's workloads. */
export type FolderId = "golden" | "workloads";

/** The folders that are there. */
export type ValidationContext = Readonly<Partial<Record<FolderId, TextFolder>>>;

/** Where a figure is not what it should be. */
export interface Difference {
  readonly where: string;
  readonly expected: string;
  readonly got: string;
}

/** What came out; the oracle holds where all were compared and passed, and there was at least one. */
export interface Outcome {
  readonly comparedCount: number;
  readonly passedCount: number;
  /** What is counted, in the plural: "channels and cases". */
  readonly unit: string;
  /** The figure that sums it up. */
  readonly figure: string;
  /** The first few. */
  readonly differences: readonly Difference[];
}

/** A file that an oracle cannot do without. */
export interface NeededFile {
  readonly folder: FolderId;
  /** A file, or a folder with at least one. */
  readonly path: string;
}

/** A check of a simulator against something that it was not made from. */
export interface Oracle {
  readonly id: string;
  readonly title: string;
  /** Which figures of which runs are compared with what. */
  readonly compared: string;
  readonly kind: EvidenceKind;
  readonly needs: readonly NeededFile[];
  /** @throws SpattenError where a file is not what it should be. */
  readonly run: (context: ValidationContext) => Steps<Outcome>;
}

/** The folder of an oracle that needs it: the runner has seen that it is there. */
export function folderOf(context: ValidationContext, id: FolderId): TextFolder {
  const folder = context[id];
  if (folder === undefined) throw new Error(`an oracle reads ${id} and does not name it in its needs`);
  return folder;
}

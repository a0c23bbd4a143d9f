import { type Checkpoint, finishWithRests, type Progress } from "../../base/checkpoint.ts";
import { isSpattenError } from "../../base/errors.ts";
import type { FolderId, NeededFile, Oracle, Outcome, ValidationContext } from "./oracle.ts";

/** An oracle and what came of it. */
export type OracleResult = Pick<Oracle, "id" | "title" | "compared" | "kind"> &
  ({ readonly state: "passed" | "failed"; readonly outcome: Outcome } | Skipped);

/** Something that was left out for want of files. */
export interface Skipped {
  readonly state: "skipped";
  readonly reason: string;
  /** The folder that lacks something, or is not there. */
  readonly lacks?: FolderId;
}

/** How a run reports itself and lets others in. */
export interface RunOptions {
  readonly checkpoint: Checkpoint;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * One oracle: skipped where a folder or a file that it needs is not there, failed where it compared nothing or its files
 * are not what they should be. @throws SpattenError `aborted`.
 */
export async function runOracle(
  oracle: Oracle,
  context: ValidationContext,
  { checkpoint, onProgress }: RunOptions,
): Promise<OracleResult> {
  const { id, title, compared, kind } = oracle;
  const row = { id, title, compared, kind };
  const skipped = skippedFor(oracle.needs, context);
  if (skipped !== undefined) return { ...row, ...skipped };
  try {
    const outcome = await finishWithRests(oracle.run(context), checkpoint, onProgress);
    const { comparedCount, passedCount } = outcome;
    const state = comparedCount > 0 && passedCount === comparedCount ? "passed" : "failed";
    return { ...row, state, outcome };
  } catch (error) {
    if (!isSpattenError(error) || error.code === "aborted") throw error;
    return { ...row, state: "failed", outcome: stopped(error.message) };
  }
}

/** Why something that needs those files is left out; undefined where they are there. */
export function skippedFor(needs: readonly NeededFile[], context: ValidationContext): Skipped | undefined {
  const lacking = needs.find((need) => !isThere(context, need));
  if (lacking === undefined) return undefined;
  const { folder, path } = lacking;
  return { state: "skipped", reason: `${folder}/${path} is not there`, lacks: folder };
}

function isThere(context: ValidationContext, { folder, path }: NeededFile): boolean {
  const found = context[folder];
  return found !== undefined && (found.exists(path) || found.fileNames(path).length > 0);
}

/** What a golden folder that cannot be read leaves: nothing was compared. */
function stopped(message: string): Outcome {
  return {
    comparedCount: 0,
    passedCount: 0,
    unit: "cases",
    figure: "stopped before the end",
    differences: [{ where: "reading", expected: "files that can be compared", got: message }],
  };
}

import { type Checkpoint, finishWithRests, type Progress } from "../../base/checkpoint.ts";
import { isSpattenError } from "../../base/errors.ts";
import type { NeededFile, Oracle, Outcome, ValidationContext } from "./oracle.ts";

/** An oracle and what came of it. */
export type OracleResult = Pick<Oracle, "id" | "title" | "compared" | "kind"> &
  (
    | { readonly state: "passed" | "failed"; readonly outcome: Outcome }
    | { readonly state: "skipped"; readonly reason: string }
  );

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
  const lacking = oracle.needs.find((need) => !isThere(context, need));
  if (lacking !== undefined) return { ...row, state: "skipped", reason: reasonOf(context, lacking) };
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

/** True where a file or folder that is needed can be read. */
export function isThere(context: ValidationContext, { folder, path }: NeededFile): boolean {
  const found = context[folder];
  return found !== undefined && (found.exists(path) || found.fileNames(path).length > 0);
}

/** Why something that needs a file was left out. */
export function reasonOf(context: ValidationContext, { folder, path }: NeededFile): string {
  const found = context[folder];
  return found === undefined
    ? `needs the folder of --${folder}, which is not there`
    : `${folder}/${path} is not in the folder of --${folder}`;
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

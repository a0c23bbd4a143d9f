/**
 * What went wrong, in the vocabulary that scripts may rely on; the command line maps each code to an exit code.
 * `usage` wrong command or option; `config` a plan, machine or schema; `input` text or data given by the user;
 * `checkpoint` model files that are there but broken; `workload` an attention workload; `output` a place that cannot
 * be written; `missing-*` something that is not there; `aborted` stopped by the caller.
 */
export type ErrorCode =
  | "usage"
  | "config"
  | "input"
  | "checkpoint"
  | "workload"
  | "output"
  | "missing-model"
  | "missing-data"
  | "missing-engine"
  | "network"
  | "aborted";

/** The parts of an error message, so that a page or a script can show them apart. */
export interface ErrorDetails {
  /** File, option or field in which it happened, with a line number where there is one. */
  readonly where?: string;
  /** What was found there. */
  readonly got?: string;
  /** What would have been accepted. */
  readonly expected?: string;
  /** What the user can do. */
  readonly hint?: string;
}

/** An expected failure: says what, where, got, expected and what to do. A bug throws anything else. */
export class SpattenError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}, cause?: unknown) {
    super(composeMessage(what, details), cause === undefined ? undefined : { cause });
    this.name = "SpattenError";
    this.code = code;
    this.details = details;
  }
}

function composeMessage(what: string, details: ErrorDetails): string {
  const where = details.where === undefined ? "" : `${details.where}: `;
  const got = details.got === undefined ? "" : `; got ${details.got}`;
  const expected = details.expected === undefined ? "" : `; expected ${details.expected}`;
  const hint = details.hint === undefined ? "" : ` (${details.hint})`;
  return `${where}${what}${got}${expected}${hint}`;
}

/** True for the expected failures of this package, also across two copies of it. */
export function isSpattenError(error: unknown): error is SpattenError {
  return error instanceof Error && error.name === "SpattenError" && "code" in error && "details" in error;
}

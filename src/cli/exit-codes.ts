import type { ErrorCode } from "../base/errors.ts";

/** What a script reads of how a command ended. */
export const EXIT = { ok: 0, checkFailed: 1, badInput: 2, missing: 3, bug: 70, interrupted: 130 } as const;

/** Exit code of each expected failure. */
export const EXIT_CODE_OF: Readonly<Record<ErrorCode, number>> = {
  usage: EXIT.badInput,
  config: EXIT.badInput,
  input: EXIT.badInput,
  checkpoint: EXIT.badInput,
  workload: EXIT.badInput,
  output: EXIT.badInput,
  "missing-model": EXIT.missing,
  "missing-data": EXIT.missing,
  "missing-engine": EXIT.missing,
  network: EXIT.missing,
  aborted: EXIT.interrupted,
};

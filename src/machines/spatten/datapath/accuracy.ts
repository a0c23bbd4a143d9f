import type { OutputAccuracy } from "../../function-report.ts";

/** Errors of outputs, added up element by element. */
export interface ErrorTally {
  largestError: number;
  largestBound: number;
  errorOverBound: number;
  errorSquares: number;
  exactSquares: number;
}

/** No element yet. */
export function createErrorTally(): ErrorTally {
  return { largestError: 0, largestBound: 0, errorOverBound: 0, errorSquares: 0, exactSquares: 0 };
}

/** Adds an output element, what it is in floats, and the bound of their difference. */
export function addError(tally: ErrorTally, computed: number, exact: number, bound: number): void {
  const error = Math.abs(computed - exact);
  tally.largestError = Math.max(tally.largestError, error);
  tally.largestBound = Math.max(tally.largestBound, bound);
  if (error > 0) tally.errorOverBound = Math.max(tally.errorOverBound, error / bound);
  tally.errorSquares += error * error;
  tally.exactSquares += exact * exact;
}

/** The figures of a tally; outputs that are all 0 have no relative error. */
export function accuracyOf(tally: ErrorTally): OutputAccuracy {
  const { errorSquares, exactSquares } = tally;
  return {
    maximumAbsoluteError: tally.largestError,
    relativeRmsError: exactSquares === 0 ? 0 : Math.sqrt(errorSquares / exactSquares),
    errorBound: tally.largestBound,
    errorOverBoundRatio: tally.errorOverBound,
  };
}

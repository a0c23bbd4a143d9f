import { SpattenError } from "../../base/errors.ts";

/** Stretches of a text, side by side from its start; what does not fill the last one is left out. */
export interface TextWindows {
  /** Tokens of a window, those that a model is told to begin with among them. */
  readonly windows: readonly (readonly number[])[];
  /** First token of a window that is predicted. */
  readonly firstScored: number;
}

/**
 * Windows of `length` tokens. With a `beginId` each gets that token in front and all its own tokens are predicted; without
 * one the first token of a window is not counted. @throws SpattenError `input` for a text that fills no window.
 */
export function textWindows(ids: readonly number[], length: number, beginId?: number): TextWindows {
  const count = Math.floor(ids.length / length);
  if (count === 0) {
    throw new SpattenError("input", "the text fills no window", {
      got: `${ids.length} tokens`,
      expected: `at least ${length}`,
    });
  }
  const begin = beginId === undefined ? [] : [beginId];
  return {
    windows: Array.from({ length: count }, (_, index) => [
      ...begin,
      ...ids.slice(index * length, (index + 1) * length),
    ]),
    firstScored: 1,
  };
}

import { SpattenError } from "../../base/errors.ts";

/**
 * Windows of `length` tokens, side by side from the start of a text; what does not fill the last one is left out. With a `beginId` each gets that token in front and all its own tokens are predicted; without
 * one the first token of a window is not counted. @throws SpattenError `input` for a text that fills no window.
 */
export function textWindows(ids: readonly number[], length: number, beginId?: number): number[][] {
  const count = Math.floor(ids.length / length);
  if (count === 0) {
    throw new SpattenError("input", "the text fills no window", {
      got: `${ids.length} tokens`,
      expected: `at least ${length}`,
    });
  }
  const begin = beginId === undefined ? [] : [beginId];
  return Array.from({ length: count }, (_, index) => [
    ...begin,
    ...ids.slice(index * length, (index + 1) * length),
  ]);
}

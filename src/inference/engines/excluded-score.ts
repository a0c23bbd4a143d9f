/** Added to the scores of what is not read; finite, so that a row without anything to read becomes no NaN. */
export const EXCLUDED_SCORE = -1e30;

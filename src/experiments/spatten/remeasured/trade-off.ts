/** Reductions at which the curves of Fig 21 have points, behind the dense one; settings, not results. */
export const tokenCurveRatios = [2.59, 3.36, 4.01, 4.44, 5.19, 6.56, 7.33, 8.32] as const;
export const headCurveRatios = [1.05, 1.12, 1.2, 1.3, 1.5, 1.6, 1.8, 2] as const;

/** What still counts as no loss, in percent of the dense figure; the paper does not say what it takes for one. */
export const NO_LOSS_PERCENT = 1;

/** Name of a point of a curve among stored values. */
export function changeName(ratio: number): string {
  return `change-${ratio}`;
}

/** Newest tokens that a second curve of tokens keeps; the paper names none. */
export const NEWEST_TOKENS = 64;

/** Name of a stored value where the newest tokens always stay. */
export function newestName(name: string): string {
  return `newest-${NEWEST_TOKENS}-${name}`;
}

/** The last of the ratios, ascending, up to which no point loses more than that; 1 where the first one does. */
export function largestWithoutLoss(
  points: readonly { readonly ratio: number; readonly change: number }[],
): number {
  const end = points.findIndex(({ change }) => change < -NO_LOSS_PERCENT);
  return [1, ...points.map(({ ratio }) => ratio)].at(end === -1 ? points.length : end)!;
}

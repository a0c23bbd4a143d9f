const BUDGET = { ratioOf: "original", rounding: "ceil", minimumCount: 1 } as const;

/** Tokens of a plan for a test: the parts of the sentence that the layers keep, by SpAtten's scores; [CLS] stays. */
export function tokenParts(keepRatio: readonly number[]) {
  return {
    schedule: { kind: "per-layer", keepRatio },
    ...BUDGET,
    method: "spatten",
    protect: { firstCount: 1, lastCount: 0 },
  } as const;
}

/** Heads of a plan for a test: how many the layers keep. */
export function headParts(keepCount: readonly number[]) {
  return { schedule: { kind: "counts", keepCount }, ...BUDGET } as const;
}

/** Values of a plan for a test: the part that each query keeps. */
export function valueParts(keepRatio: number) {
  return { keepRatio, rounding: "ceil", minimumCount: 1 } as const;
}

/** Tokens, heads and values of a model of three layers with three heads, all pruned. */
export const prunedParts = {
  tokens: tokenParts([1, 0.8, 0.5]),
  heads: headParts([3, 3, 2]),
  values: valueParts(0.5),
};

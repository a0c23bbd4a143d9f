import { accuracy, exactly, original, preset, texts, tokenPlan } from "./support.mjs";

export const title = "cascade pruning on 3,000 validation texts, against an independent pass";

const right = async (plan) => (await accuracy(original, plan, texts().validation)).correctCount;
const SEEDS = 10;
const DENSE = 2676;
const halfOfTheValues = { keepRatio: 0.5, rounding: "ceil", minimumCount: 1 };

export const steps = [
  exactly("dense", "dense, right of 3,000", DENSE, () => right(preset("none"))),
  exactly("0.8-0.6-0.4", "tokens 0.8, 0.6, 0.4, right of 3,000", 2665, () =>
    right(tokenPlan([0.8, 0.6, 0.4])),
  ),
  exactly("0.9-0.7-0.5", "tokens 0.9, 0.7, 0.5, right of 3,000", 2669, () =>
    right(tokenPlan([0.9, 0.7, 0.5])),
  ),
  exactly("layer-top-k", "each layer's own importance at 0.8, 0.6, 0.4, right of 3,000", 2653, () =>
    right(tokenPlan([0.8, 0.6, 0.4], "layer-top-k")),
  ),
  ...Array.from({ length: SEEDS }, (_, seed) => ({
    id: `random-${seed}`,
    quantity: `random choice at 0.9, 0.7, 0.5, seed ${seed}, points below dense`,
    expected: "at least 1.5 in the mean",
    run: async () => {
      const points = ((DENSE - (await right(tokenPlan([0.9, 0.7, 0.5], "random", seed)))) / 3000) * 100;
      return { ours: points.toFixed(2), holds: points >= 1.5 };
    },
  })),
  exactly("half-values", "tokens 0.9, 0.7, 0.5 and half of the values, right of 3,000 (88.57 %)", 2657, () =>
    right({ ...tokenPlan([0.9, 0.7, 0.5]), values: halfOfTheValues }),
  ),
  exactly("heads-4-3-3", "tokens 0.9, 0.7, 0.5 and heads 4, 3, 3, right of 3,000 (88.70 %)", 2661, () =>
    right({ ...tokenPlan([0.9, 0.7, 0.5]), heads: headCounts([4, 4, 3, 3]) }),
  ),
  exactly(
    "heads-4-4-3-half-values",
    "with heads 4, 4, 3 and half of the values, right of 3,000 (88.03 %)",
    2641,
    () => right({ ...tokenPlan([0.9, 0.7, 0.5]), heads: headCounts([4, 4, 4, 3]), values: halfOfTheValues }),
  ),
];

function headCounts(keepCount) {
  return {
    schedule: { kind: "counts", keepCount },
    ratioOf: "original",
    rounding: "ceil",
    minimumCount: 1,
  };
}

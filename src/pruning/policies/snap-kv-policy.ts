import type { CachePolicy } from "./policy.ts";

/** Queries at the end of the prompt that vote, and the width over which votes are pooled. */
const WINDOW_COUNT = 32;
const POOL_WIDTH = 7;

/** Once, at the end of the prompt: its last rows, and those that their queries looked at, with their neighbours. */
export const snapKvPolicy: CachePolicy = {
  id: "snapkv",
  title: "SnapKV: what the end of the prompt looks at",
  source:
    "Li et al., NeurIPS 2024, section 4 and listing 1: average pooling; window 32, kernel 7 as in its code",
  granularity: "key-value-head",
  phase: "after-prompt",
  repositions: false,
  observedQueries: WINDOW_COUNT,
  score: ({ observed }) => {
    // The newest row is the token behind the prompt; the window ends before it.
    const firstOfWindow = observed.length - 1 - WINDOW_COUNT;
    return observed.map((_, row) => (row >= firstOfWindow ? Infinity : pooled(observed, row)));
  },
};

/** Mean over a row and its neighbours, those beyond the ends counted as 0. */
function pooled(votes: Float64Array, row: number): number {
  const reach = (POOL_WIDTH - 1) / 2;
  let sum = 0;
  const last = Math.min(votes.length - 1, row + reach);
  for (let near = Math.max(0, row - reach); near <= last; near++) sum += votes[near]!;
  return sum / POOL_WIDTH;
}

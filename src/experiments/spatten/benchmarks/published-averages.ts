import { lookUp } from "../../../base/registry.ts";
import { type Anchor, anchors as publishedAnchors } from "../../../machines/anchors.ts";

/** Averages of SpAtten (HPCA 2021) over its 30 benchmarks or the 8 of GPT-2, which workloads are made from. */
export interface PublishedAverages {
  /** DRAM and work less by token and local value pruning. */
  readonly tokenReductionOfAll: number;
  readonly tokenReductionOfGpt2: number;
  readonly headReductionOfAll: number;
  readonly progressiveReduction: number;
  /** Input samples that fetch the low bits. */
  readonly refetchRatio: number;
}

/** Anchor behind each average. */
export const averageAnchors = {
  tokenReductionOfAll: "token-reduction-all",
  tokenReductionOfGpt2: "token-reduction-gpt2",
  headReductionOfAll: "head-reduction",
  progressiveReduction: "progressive-reduction",
  refetchRatio: "refetch-ratio",
} as const satisfies Readonly<Record<keyof PublishedAverages, string>>;

/** The averages among anchors. @throws SpattenError `config` where one is missing. */
export function averagesFrom(anchors: readonly Anchor[] = publishedAnchors): PublishedAverages {
  const rows = Object.entries(averageAnchors).map(([name, id]) => [
    name,
    lookUp(anchors, id, "anchor").value,
  ]);
  return Object.fromEntries(rows) as Readonly<Record<keyof PublishedAverages, number>>;
}

const [BENCHMARK_COUNT, GPT2_COUNT] = [30, 8] as const;
const FLOAT_BITS = 32;
const LOW_BITS = 4;

/**
 * What is left for BERT where both averages are geometric, as all of the paper's are: x^22 · 3.8^8 = 1.9^30.
 * Arithmetic and harmonic means would leave 1.21 and 1.61.
 */
export function bertTokenReduction({ tokenReductionOfAll, tokenReductionOfGpt2 }: PublishedAverages): number {
  const left = BENCHMARK_COUNT * Math.log(tokenReductionOfAll) - GPT2_COUNT * Math.log(tokenReductionOfGpt2);
  return Math.exp(left / (BENCHMARK_COUNT - GPT2_COUNT));
}

/** High bits whose mean width, with 4 low bits now and then, is that much less than floats. */
export function progressiveHighBits({ progressiveReduction, refetchRatio }: PublishedAverages): number {
  return Math.round(FLOAT_BITS / progressiveReduction - refetchRatio * LOW_BITS);
}

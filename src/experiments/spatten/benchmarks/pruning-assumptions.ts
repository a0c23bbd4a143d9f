import type { Assumption } from "./assumption.ts";
import {
  averageAnchors,
  bertTokenReduction,
  type PublishedAverages,
  progressiveHighBits,
} from "./published-averages.ts";

const UNPRINTED = "the paper publishes no ratio of a task";
const MOST_REDUCTION = 100;

const commonFrom = ({ headReductionOfAll }: PublishedAverages): readonly Assumption[] => [
  {
    id: "headReduction",
    ...{ value: headReductionOfAll, low: 1, high: 1.2, least: 1, most: 2 },
    howSure: "derived",
    anchors: [averageAnchors.headReductionOfAll],
    note: `${UNPRINTED}; 1.1x on average of 30, taken as the mean over all layers`,
  },
  {
    id: "scheduleSpread",
    ...{ value: 0.5, low: 0.1, high: 0.8, least: 0, most: 0.95 },
    howSure: "assumed",
    note: "first and last pruned layer keep (1 ± spread) times the mean; the paper gives only that they lie about it",
  },
  {
    id: "unprunedTokenLayers",
    ...{ value: 0.15, low: 0.15, high: 0.15, least: 0, most: 0.9 },
    howSure: "published",
    note: "section III: typically the first 15 % of the layers",
  },
  {
    id: "unprunedHeadLayers",
    ...{ value: 0.3, low: 0.3, high: 0.3, least: 0, most: 0.9 },
    howSure: "published",
    note: "section III: typically the first 30 % of the layers",
  },
];

/** What stands in for the pruning and the widths of a BERT task. */
export const bertPruningFrom = (averages: PublishedAverages): readonly Assumption[] => [
  {
    id: "tokenReduction",
    ...{ value: bertTokenReduction(averages), low: 1.21, high: 1.9, least: 1, most: MOST_REDUCTION },
    howSure: "derived",
    anchors: [averageAnchors.tokenReductionOfAll, averageAnchors.tokenReductionOfGpt2],
    note: `${UNPRINTED}; 1.9x of 30 and 3.8x of the 8 GPT-2 leave that for 22 where both are geometric means; an arithmetic mean leaves the low end`,
  },
  {
    id: "valueKeepRatio",
    ...{ value: 1, low: 0.5, high: 1, least: 0.01, most: 1 },
    howSure: "assumed",
    note: `${UNPRINTED}; V of a sentence is loaded once for all queries, so that its pruning saves no fetch`,
  },
  {
    id: "operandBits",
    ...{ value: 8, low: 6, high: 12, least: 2, most: 12, isWhole: true },
    howSure: "assumed",
    note: "static, and no width published",
  },
  ...commonFrom(averages),
];

/** What stands in for the pruning and the widths of a GPT-2 task. */
export const gpt2PruningFrom = (averages: PublishedAverages): readonly Assumption[] => [
  {
    id: "tokenReduction",
    ...{ value: averages.tokenReductionOfGpt2, low: 2.9, high: 6, least: 1, most: MOST_REDUCTION },
    howSure: "derived",
    anchors: [averageAnchors.tokenReductionOfGpt2],
    note: `${UNPRINTED}; 3.8x on average of 8, values included; the ends are the two released traces`,
  },
  {
    id: "valueKeepRatio",
    ...{ value: 0.25, low: 0.2, high: 0.3, least: 0.01, most: 1 },
    howSure: "derived",
    note: "0.2 and 0.3 of the kept keys in the two released traces",
  },
  {
    id: "keyBits",
    ...{ value: progressiveHighBits(averages), low: 4, high: 8, least: 2, most: 32, isWhole: true },
    howSure: "derived",
    anchors: [averageAnchors.progressiveReduction, averageAnchors.refetchRatio],
    note: "of V, too; 6 + 4 bits is named as common, and 32 bits over 6 + 0.059 × 4 are the published 5.1x",
  },
  {
    id: "keyLowBits",
    ...{ value: 4, low: 4, high: 4, least: 1, most: 8, isWhole: true },
    howSure: "published",
    note: "section III: every setting has 4 low bits",
  },
  {
    id: "refetchRatio",
    ...{ value: averages.refetchRatio, low: 0, high: 0.2, least: 0, most: 1 },
    howSure: "derived",
    anchors: [averageAnchors.refetchRatio],
    note: "5.9 % of the inputs on average, spread evenly over iterations, layers and heads",
  },
  ...commonFrom(averages),
];

import { publishedSorterRatios } from "../../../hardware/top-k-engine/sorter-comparison.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";

const { source, n, throughputRatio, powerRatio } = publishedSorterRatios;
const common = { source, unit: "×", roundedTo: 0.1 } as const;
const WHERE = `the top-k engine over Batcher's sorter, ${n} elements, median:`;

/** SpAtten (HPCA 2021), section IV-B. */
export const topKEngineRows: readonly PublishedRow[] = [
  { ...common, id: "top-k-engine-throughput", quantity: `${WHERE} throughput`, published: throughputRatio },
  { ...common, id: "top-k-engine-power", quantity: `${WHERE} power saving`, published: powerRatio },
];

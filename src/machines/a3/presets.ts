import type { Registry } from "../../base/registry.ts";
import { normalised, normalisedSources, UNCONFIRMED } from "../rivals/normalisation.ts";
import type { RivalPreset } from "../rivals/rival-config.ts";
import type { A3Parameters } from "./parameters.ts";

const base: A3Parameters = {
  ...normalised,
  dramElementBits: 8,
  number: { integerBits: 4, fractionBits: 4 },
  scoreScaling: "after-dot-product",
  moduleOverheadCycles: 9,
  candidateSearch: { iterationsPerKeyRatio: 1, skipsNegativePops: true, fillCycles: 9 },
  postScoringPercent: 0,
  scanWidthCount: 16,
  assumedSelection: { candidateKeepRatio: 1, keptKeepRatio: 1 },
  sorting: { counted: false, sorterCount: 64 },
};

function approximate(
  iterationsPerKeyRatio: number,
  postScoringPercent: number,
  assumedSelection: A3Parameters["assumedSelection"],
): A3Parameters {
  const candidateSearch = { ...base.candidateSearch, iterationsPerKeyRatio };
  return { ...base, candidateSearch, postScoringPercent, assumedSelection };
}

const sources = {
  ...normalisedSources,
  keyCapacityCount: "A3's design point: n = 320, d = 64",
  dramElementBits: `${UNCONFIRMED}20 KB each for K and V, so a byte an element; the sign has no place in them`,
  number: `${UNCONFIRMED}i = 4, f = 4 and a sign; product 2i.2f, dot (2i + log2 d).2f, exponential and weight 0.2f, output i.3f`,
  scoreScaling:
    "assumed: √D is not in A3; after the dot product nothing is lost, and for D = 64 it is a shift",
  moduleOverheadCycles: `${UNCONFIRMED}a query every n + 9 cycles, latency 3n + 27`,
  "candidateSearch.iterationsPerKeyRatio": `${UNCONFIRMED}M = n/2 conservative, n/8 aggressive, one iteration a cycle`,
  "candidateSearch.skipsNegativePops": `${UNCONFIRMED}no negative pop while the sum is negative`,
  "candidateSearch.fillCycles": "assumed: as a module's 9",
  postScoringPercent: `${UNCONFIRMED}T = 5 % conservative, 10 % aggressive`,
  scanWidthCount: `${UNCONFIRMED}16 rows a cycle`,
  assumedSelection:
    "assumed: as many candidates as M allows, all of them kept, the slowest case; --compute tells those of a workload with tensors",
  "sorting.counted": "A3: preprocessing is off the critical path, amortised over the queries of a sequence",
  "sorting.sorterCount": "assumed: a merge sorter a column, a row a cycle",
} as const;

/** The machine without approximation, and its two published trade-offs. */
export const a3Presets: Registry<RivalPreset<A3Parameters>> = [
  {
    id: "a3-base",
    title: "A3 without approximation",
    source: "A3, HPCA 2020, as SpAtten's Table III compares it; some figures unconfirmed",
    parameters: base,
    sources,
  },
  {
    id: "a3-conservative",
    title: "A3, conservative approximation",
    source: "A3, HPCA 2020: M = n/2, T = 5 % (unconfirmed)",
    parameters: approximate(1 / 2, 5, { candidateKeepRatio: 1 / 2, keptKeepRatio: 1 }),
    sources,
  },
  {
    id: "a3-aggressive",
    title: "A3, aggressive approximation",
    source: "A3, HPCA 2020: M = n/8, T = 10 % (unconfirmed)",
    parameters: approximate(1 / 8, 10, { candidateKeepRatio: 1 / 8, keptKeepRatio: 1 }),
    sources,
  },
];

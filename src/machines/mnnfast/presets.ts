import type { Registry } from "../../base/registry.ts";
import { normalised, normalisedSources, UNCONFIRMED } from "../rivals/normalisation.ts";
import type { RivalPreset } from "../rivals/rival-config.ts";
import type { MnnfastParameters } from "./parameters.ts";

const shared: MnnfastParameters = {
  ...normalised,
  dramElementBits: 32,
  multipliers: "shared",
  chunkKeyCount: 32,
  queryKeyOverheadCycles: 9,
  probabilityValueOverheadCycles: 9,
  zeroSkipping: { mode: "exact", probabilityThreshold: 0.1, skippedRowsTakeCycles: true },
  assumedKeepRatio: 1,
};

const separate: MnnfastParameters = {
  ...shared,
  multipliers: "separate",
  zeroSkipping: { ...shared.zeroSkipping, mode: "approximate" },
};

const sources = {
  ...normalisedSources,
  keyCapacityCount: "assumed: as many as A3 holds",
  dramElementBits: "assumed: floats, as in memory networks; MNNFast names no format that is known here",
  multipliers:
    "assumed: Table III credits 120 GOP/s, 94 % of the 128 of multipliers that take turns, 47 % of the 256 of two modules at once",
  chunkKeyCount: `${UNCONFIRMED}column-based: chunk i + 1 is loaded while chunk i is computed; 32 keys: assumed`,
  overheads: "assumed: 9 cycles each, as A3's modules",
  "zeroSkipping.mode":
    "MNNFast skips by probability; with lazy softmax that needs a second pass (exact) or the sum so far (approximate)",
  "zeroSkipping.probabilityThreshold": `${UNCONFIRMED}about 0.1 keeps accuracy within about 1 % and removes about 97 % of the output work on bAbI`,
  "zeroSkipping.skippedRowsTakeCycles": "assumed: every row of V is still streamed, a cycle each",
  assumedKeepRatio:
    "assumed: nothing is skipped but what the threshold forces (at most 1 / threshold rows have that probability); --compute tells the rows of a workload with tensors",
} as const;

/** MNNFast with multipliers that take turns, which fits Table III, and with two modules at once. */
export const mnnfastPresets: Registry<RivalPreset<MnnfastParameters>> = [
  {
    id: "mnnfast",
    title: "MNNFast, multipliers that take turns",
    source: "MNNFast, ISCA 2019, as SpAtten's Table III compares it; some figures unconfirmed",
    parameters: shared,
    sources,
  },
  {
    id: "mnnfast-separate",
    title: "MNNFast, Q·K and prob·V at once",
    source:
      "MNNFast, ISCA 2019, column-based streaming with approximate zero skipping; some figures unconfirmed",
    parameters: separate,
    sources,
  },
];

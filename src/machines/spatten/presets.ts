import type { Registry } from "../../base/registry.ts";
import type { SpattenParameters } from "./parameters.ts";

/** Parameters under a name, with the source of every group of them. */
export interface SpattenPreset {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly parameters: SpattenParameters;
  /** Where each figure comes from. */
  readonly sources: Readonly<Record<string, string>>;
}

const full: SpattenParameters = {
  clockGigahertz: 1,
  multiplierCountPerModule: 512,
  softmaxParallelism: 8,
  topKComparatorCount: 16,
  topKPassOverheadCycles: 3,
  dram: {
    channelCount: 16,
    bytesPerCyclePerChannel: 32,
    efficiencyRatio: 1,
    rowBufferBytes: 1024,
    transactionBytes: 32,
    fusedHeadCount: 2,
    latencyCycles: 50,
  },
  fetcher: { portCount: 32, fifoDepth: 64 },
  keySramBytes: 196_608,
  valueSramBytes: 196_608,
  sramBankCount: 24,
  datapathBits: 12,
  topKCapacityCount: 1024,
  pipeline: {
    queryKeyProductCycles: 11,
    dequantizeCycles: 7,
    exponentialCycles: 21,
    accumulateCycles: 23,
    divideCycles: 29,
    quantizeCycles: 7,
    progressiveDecisionCycles: 1,
    skippedTopKCycles: 1,
    probabilityValueProductCycles: 3,
  },
  runsFullyConnected: false,
  layerBarrier: true,
  writeOutputs: true,
  appendKeysAndValues: false,
  draws: { scores: "distinct", survivors: "uniform" },
  energy: { dramTable: "three-terms", leakage: "typical" },
};

/** The machine of Fig 15 and Table IV: the same parts, with a way for weights. */
const endToEnd: SpattenParameters = { ...full, runsFullyConnected: true };

/** Every count that Table III's 1/8 divides; what is a depth, a width or a latency stays. */
const eighth: SpattenParameters = {
  ...full,
  multiplierCountPerModule: 64,
  softmaxParallelism: 1,
  topKComparatorCount: 2,
  topKCapacityCount: 128,
  dram: { ...full.dram, channelCount: 2 },
  fetcher: { portCount: 4, fifoDepth: 64 },
  keySramBytes: 24_576,
  valueSramBytes: 24_576,
};

const fullSources = {
  clockGigahertz: "SpAtten (HPCA 2021), Table III",
  multiplierCountPerModule: "Table I: 2 × 512 multipliers of 12 bits",
  softmaxParallelism: "Table I",
  topKComparatorCount: "Table I and Fig 9: 16 comparators in each of two arrays",
  topKPassOverheadCycles: "official release, TopKLatencyModel: ceil(n/16) + 3 cycles a pass",
  dram: "Table I: HBM2, 16 channels of 32 GB/s; row buffer of 1 KB and transactions of 32 B as in the official release",
  "dram.efficiencyRatio":
    "assumed: the peak; the paper's fully connected layers imply 0.73 (9.66 GB in 25.75 ms)",
  "dram.fusedHeadCount": "official release, maxFusedMatrix: two heads a row at 6 bits",
  "dram.latencyCycles":
    "assumed: 27 cycles of a row conflict, and about 20 of lanes, crossbar, realignment and SRAM write in the official RTL",
  fetcher: "Table I: 32 ports, FIFOs 64 deep",
  sram: "Table I: 196 KB = 2 × 1024 × 64 × 12 bits",
  sramBankCount: "official release: 12 bit planes × 2 banks, so 8 KiB each",
  layerBarrier: "Algorithm 2: a layer's top-k names the tokens and heads of the next",
  writeOutputs: "section 2.1: attention_out goes back to DRAM, for whoever runs the fully connected layers",
  appendKeysAndValues: "assumed: whoever runs the fully connected layers stores K and V",
  draws: "assumed; the released workloads carry counts without scores or ids",
  pipeline: "official release, bert.cpp (the paper prints none)",
  energy: "assumed: see src/energy",
};

/** The machine of Table I, the one of Table III, and the one of Fig 15 that runs whole models. */
export const spattenPresets: Registry<SpattenPreset> = [
  {
    id: "spatten",
    title: "SpAtten",
    source: "SpAtten, HPCA 2021, Table I",
    parameters: full,
    sources: fullSources,
  },
  {
    id: "spatten-eighth",
    title: "SpAtten 1/8",
    source: "SpAtten, HPCA 2021, Table III: 128 multipliers and 64 GB/s",
    parameters: eighth,
    sources: {
      ...fullSources,
      multiplierCountPerModule: "Table III: 128 multipliers in two modules",
      "dram.channelCount": "Table III: 64 GB/s are two channels of 32 GB/s",
      sram: "24 KB each, as a later paper restates it",
      others: "assumed: every count is divided by 8, depths, widths and latencies stay",
    },
  },
  {
    id: "spatten-e2e",
    title: "SpAtten-e2e",
    source: "SpAtten, HPCA 2021, Table I, with the fully connected layers of Fig 15 and Table IV",
    parameters: endToEnd,
    sources: {
      ...fullSources,
      runsFullyConnected: "Fig 15: FC layers reuse the multiplier arrays, weights stream from DRAM",
    },
  },
];

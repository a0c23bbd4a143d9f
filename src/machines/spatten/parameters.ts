import * as z from "zod/mini";
import { integerAtLeast, keepRatio } from "../../base/schema.ts";

const countUpTo = (maximum: number) => z.int().check(z.gte(1), z.lte(maximum));
const latencyCycles = () => integerAtLeast(0).check(z.lte(10_000));

/** Name of the device without banks and refresh: an access a cycle and channel. */
export const IDEAL_DEVICE = "ideal";

/** The DRAM of a machine, the same for all that are compared. */
export const dramSchema = z.strictObject({
  channelCount: countUpTo(1024),
  /** Device of `src/hardware/dram/devices` that fidelity `cycle` simulates, or `ideal`; `hbm2-2gbps` where none is named. */
  deviceName: z.optional(z.string()),
  /** Address map of `src/hardware/dram/address-maps.ts` inside a channel; `RoBaCoBgRa` where none is named. */
  addressMapName: z.optional(z.string()),
  /** Reads that a channel may have taken and not answered; the controller's queue alone limits them where none is given. */
  outstandingReadLimit: z.optional(countUpTo(4096)),
  bytesPerCyclePerChannel: z.number().check(z.gt(0), z.lte(4096)),
  /** Part of the peak bandwidth that is reached. */
  efficiencyRatio: keepRatio(),
  rowBufferBytes: countUpTo(1 << 20),
  transactionBytes: countUpTo(4096),
  /** Heads whose rows are interleaved so that odd widths fill whole transactions; 1 for none. */
  fusedHeadCount: countUpTo(16),
  /** From a request to the first element in SRAM, with nothing else in the way. */
  latencyCycles: latencyCycles(),
});

/** Registers between a stage's input and its output, stage by stage. */
const pipelineSchema = z.strictObject({
  queryKeyProductCycles: latencyCycles(),
  dequantizeCycles: latencyCycles(),
  exponentialCycles: latencyCycles(),
  accumulateCycles: latencyCycles(),
  divideCycles: latencyCycles(),
  quantizeCycles: latencyCycles(),
  progressiveDecisionCycles: latencyCycles(),
  /** What a top-k that keeps everything takes. */
  skippedTopKCycles: latencyCycles(),
  probabilityValueProductCycles: latencyCycles(),
});

/** Named distributions of what a workload leaves open. */
const drawsSchema = z.strictObject({
  /**
   * Scores that a local top-k selects among: `distinct` (no ties: only ranks matter), `uniform` or `softmax-of-normal`
   * (probabilities of independent standard normal logits), both rounded to the data path's width, so with ties.
   */
  scores: z.enum(["distinct", "uniform", "softmax-of-normal"]),
  /** Where kept rows lie among the stored ones: `uniform`, each row alike, or `clustered`, in runs of 16. */
  survivors: z.enum(["uniform", "clustered"]),
});

/** Ports on the data side of the fetcher's crossbars, and the depth of the FIFO at each. */
export const fetcherSchema = z.strictObject({ portCount: countUpTo(4096), fifoDepth: countUpTo(65_536) });

/** Table I of SpAtten (HPCA 2021) as a strict schema; where the values come from stands in `presets.ts`. */
export const spattenParametersSchema = z.strictObject({
  clockGigahertz: z.number().check(z.gt(0), z.lte(100)),
  /** Multipliers of each of the two matrix modules, Q·K and prob·V. */
  multiplierCountPerModule: countUpTo(1 << 20),
  /** Scores a cycle. */
  softmaxParallelism: countUpTo(4096),
  /** Comparators of each of the two arrays of a top-k engine: items a cycle. */
  topKComparatorCount: countUpTo(4096),
  /** Beside the items of one quick-select pass. */
  topKPassOverheadCycles: latencyCycles(),
  dram: dramSchema,
  fetcher: fetcherSchema,
  /** Both halves of the double buffer together. */
  keySramBytes: countUpTo(1 << 30),
  valueSramBytes: countUpTo(1 << 30),
  /** Banks that each of the two memories is made of. */
  sramBankCount: countUpTo(4096),
  /** Width of an operand on chip. */
  datapathBits: countUpTo(32),
  /** Scores that the FIFOs of a top-k engine and of the softmax are laid out for: area, and the softmax at fidelity `cycle`. */
  topKCapacityCount: countUpTo(1 << 20),
  pipeline: pipelineSchema,
  /** Whether a layer waits for the last output and the cascade top-k of the one before; the official release does not. */
  layerBarrier: z.boolean(),
  /** Whether attention_out goes to DRAM; the official release leaves it out. */
  writeOutputs: z.boolean(),
  /** Whether the K and V rows that a job's queries bring are written to DRAM by this machine. */
  appendKeysAndValues: z.boolean(),
  /** What fidelity `cycle` draws where a workload does not say it. */
  draws: drawsSchema,
  /** Whether fully connected layers run on the two arrays (the paper's SpAtten-e2e); a machine without refuses them. */
  runsFullyConnected: z.boolean(),
  energy: z.strictObject({
    dramTable: z.enum(["three-terms", "on-die-and-interface"]),
    leakage: z.enum(["low", "typical", "high"]),
  }),
});

export type SpattenParameters = z.infer<typeof spattenParametersSchema>;

/** What the fetcher and its channels are made from. */
export type MemoryParameters = Pick<SpattenParameters, "dram" | "fetcher">;

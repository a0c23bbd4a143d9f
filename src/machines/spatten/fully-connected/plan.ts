import { SpattenError } from "../../../base/errors.ts";
import { BITS_PER_BYTE } from "../../../base/units.ts";
import type { FullyConnectedJob } from "../../../workload/attention-workload.ts";
import type { SpattenParameters } from "../parameters.ts";

/** Places for weight tiles in the Value SRAM: a ring that is filled ahead of the multipliers. */
export const WEIGHT_TILE_PLACES = 8;
/** Lines that the Value SRAM must hold, so that a line never needs more tiles than there are places. */
const FEWEST_LINES = 4;

/** How a fully connected job runs: which vectors share a reading of the weights, and in which portions they come. */
export interface FullyConnectedPlan {
  readonly job: FullyConnectedJob;
  readonly weightCount: number;
  /** Bits of a weight in DRAM: no more than the data path has. */
  readonly storedBits: number;
  /** Weights that both arrays multiply at once with one vector. */
  readonly lineWeightCount: number;
  readonly lineCount: number;
  /** Vectors of each group; the weights are read once for each of them. */
  readonly groupVectorCounts: readonly number[];
}

/**
 * Reuse rule `input groups` (an assumption: the paper says only that fully connected layers reuse the arrays): as many
 * input vectors as the Key SRAM holds form a group, and each line of weights that comes through the Value SRAM meets all
 * vectors of the group before the next line. @throws SpattenError `config` where a vector or a few lines do not fit.
 */
export function planFullyConnected(
  parameters: SpattenParameters,
  job: FullyConnectedJob,
): FullyConnectedPlan {
  const { datapathBits, keySramBytes, valueSramBytes, multiplierCountPerModule } = parameters;
  const where = `layer ${job.layer}, "${job.name}"`;
  const vectorBytes = (job.rows * datapathBits) / BITS_PER_BYTE;
  const vectorsThatFit = Math.floor(keySramBytes / vectorBytes);
  if (vectorsThatFit < 1) {
    throw new SpattenError("config", "the Key SRAM must hold one input vector of a fully connected layer", {
      where,
      got: `${keySramBytes} B`,
      expected: `at least ${vectorBytes} B`,
    });
  }
  const lineWeightCount = 2 * multiplierCountPerModule;
  const lineBytes = (lineWeightCount * datapathBits) / BITS_PER_BYTE;
  if (valueSramBytes < FEWEST_LINES * lineBytes) {
    throw new SpattenError("config", "the Value SRAM must hold some weights for every multiplier", {
      where,
      got: `${valueSramBytes} B`,
      expected: `at least ${FEWEST_LINES * lineBytes} B, ${FEWEST_LINES} for each multiplier of both arrays`,
    });
  }
  const groupVectorCounts: number[] = [];
  for (let left = job.vectorCount; left > 0; left -= vectorsThatFit) {
    groupVectorCounts.push(Math.min(left, vectorsThatFit));
  }
  const weightCount = job.rows * job.columns;
  return {
    job,
    weightCount,
    storedBits: Math.min(job.weightBits, datapathBits),
    lineWeightCount,
    lineCount: Math.ceil(weightCount / lineWeightCount),
    groupVectorCounts,
  };
}

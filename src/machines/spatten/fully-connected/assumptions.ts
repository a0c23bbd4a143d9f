import type { SpattenParameters } from "../parameters.ts";
import type { WorkloadSurvey } from "../survey.ts";
import { WEIGHT_TILE_PLACES } from "./plan.ts";

/** What fully connected layers take for granted at any fidelity; nothing where a workload has none. */
export function fullyConnectedAssumptions(
  parameters: SpattenParameters,
  { fullyConnectedCount, widestWeightBits }: WorkloadSurvey,
): string[] {
  if (fullyConnectedCount === 0) return [];
  const { datapathBits, multiplierCountPerModule } = parameters;
  const lines = [
    "fully connected: the paper says that they reuse the two multiplier arrays and are bound by memory, and no more",
    `fully connected: as many input vectors as the Key SRAM holds form a group; weights pass once a group through ${WEIGHT_TILE_PLACES} places in the Value SRAM, and every line of them meets all vectors of the group`,
    `fully connected: lines of 2 × ${multiplierCountPerModule} weights are filled without gaps, whatever the rows; both arrays get the same inputs`,
    `fully connected: inputs are read from DRAM and outputs written to it at ${datapathBits} bits, job by job; no job's weights are fetched before the job in front is over`,
    "fully connected: bias, activation, residual and normalization are free; the paper says nothing of them",
  ];
  if (widestWeightBits > datapathBits) {
    lines.push(`weights wider than ${datapathBits} bits are stored at ${datapathBits}`);
  }
  return lines;
}

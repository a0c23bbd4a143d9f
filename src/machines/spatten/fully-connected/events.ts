import { countTransactions, type EventCounts } from "../events.ts";
import type { SpattenParameters } from "../parameters.ts";
import type { FullyConnectedPlan } from "./plan.ts";
import type { FullyConnectedTraffic } from "./traffic.ts";

/**
 * Adds the events of one fully connected job. The products are dealt out to both arrays, an addition to each (tree and
 * partial sums). Weights are written to the Value SRAM and read into the operand registers once a group; inputs are
 * written to the Key SRAM once, and a read of one element serves both arrays.
 */
export function countFullyConnected(
  events: EventCounts,
  parameters: SpattenParameters,
  plan: FullyConnectedPlan,
  traffic: FullyConnectedTraffic,
): void {
  const { job, weightCount, groupVectorCounts } = plan;
  const width = parameters.datapathBits;
  const productBits = 2 * width;
  const products = job.vectorCount * weightCount;
  const loadedWeights = groupVectorCounts.length * weightCount;
  const inputs = job.vectorCount * job.rows;
  countTransactions(events, parameters, traffic.commands, loadedWeights + inputs);
  const first = Math.ceil(products / 2);
  const second = products - first;
  const firstWeights = Math.ceil(loadedWeights / 2);
  const secondWeights = loadedWeights - firstWeights;
  events.queryKeyMultiplies += first;
  events.queryKeyAdds += first;
  events.queryKeyRegisterBits += 2 * first * productBits + firstWeights * width;
  events.probabilityValueMultiplies += second;
  events.probabilityValueAdds += second;
  events.probabilityValueRegisterBits += 2 * second * productBits + secondWeights * width;
  events.keySramWrittenBits += inputs * width;
  events.keySramReadBits += first * width;
  events.valueSramWrittenBits += loadedWeights * width;
  events.valueSramReadBits += loadedWeights * width;
}

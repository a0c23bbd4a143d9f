import type { WorkloadHeader } from "../../../workload/attention-workload.ts";
import { analyticalAssumptions } from "../assumptions.ts";
import type { Buffering } from "../buffering.ts";
import type { SpattenParameters } from "../parameters.ts";
import { deviceOf, idealLatencyCycles } from "./channels.ts";
import { type CycleOptions, FETCH_PATH_CYCLES, queryLookahead } from "./options.ts";

/** Lines of the analytical fidelity that hold here too, by how they begin. */
const SHARED = [
  "pipeline latencies",
  "a top-k that keeps everything",
  "scores are accumulated beside",
  "rows are rounded up to transactions",
  "operands wider",
  "attention_out",
  "contexts longer than the top-k",
  "heads that do not divide",
  "query heads that share",
];

/** What the cycle fidelity takes for granted and the paper does not state. */
export function cycleAssumptions(
  parameters: SpattenParameters,
  header: WorkloadHeader,
  bufferings: ReadonlySet<Buffering>,
  options: CycleOptions,
): string[] {
  const shared = analyticalAssumptions(parameters, header, bufferings).filter((line) =>
    SHARED.some((beginning) => line.startsWith(beginning)),
  );
  return [
    dramLine(parameters, options),
    `responses take ${FETCH_PATH_CYCLES} cycles more through lanes, crossbar, realignment and SRAM write, about what the official RTL takes`,
    "layout contiguous: layer, group of fused heads, stream, head, row; rows that do not fill transactions interleaved over the group; neighbouring transactions in neighbouring channels; a transaction that heads share is read by one of them, in turn",
    `survivors (seed ${options.seed ?? 0}): keys of a generation lie at their keyIds, else uniform over all stored rows, the same in every head of a layer with as many keys; kept values uniform among the keys`,
    "top-k takes real quick-select passes over distinct scores with uniform pivots, then a filter pass that lets survivors through evenly; its input comes in beside the query before",
    `queries are fetched up to ${queryLookahead(parameters, header.model.headDimension)} ahead, half of what the data FIFOs hold; a streamed K one query ahead where half its SRAM holds it; the high bits of a K that is refetched are still there`,
    "a query computed again stops new queries until its second probabilities are there; queries already in the softmax go on",
    "layers do not overlap: the next one's first request follows the last top-k and the last accepted output of the one before",
    "the softmax FIFO holds topKCapacityCount scores, or the longest query",
    ...(parameters.layerBarrier
      ? []
      : [
          "without a layer barrier all layers between two fully connected ones are planned, and held, as one",
        ]),
    "events are the analytical counts, except DRAM activations and the items of top-k passes, which are counted",
    ...shared,
  ];
}

function dramLine(parameters: SpattenParameters, options: CycleOptions): string {
  const { channelCount } = parameters.dram;
  const idealCycles = idealLatencyCycles(parameters, options);
  if (idealCycles !== undefined) {
    return `ideal DRAM: an access a cycle on each of ${channelCount} channels, ${idealCycles} cycles latency`;
  }
  const device = deviceOf(parameters);
  const machineNanoseconds = 1 / parameters.clockGigahertz;
  const clocks =
    device.clockNanoseconds === machineNanoseconds
      ? ""
      : `, one DRAM cycle (${device.clockNanoseconds} ns) a machine cycle (${machineNanoseconds} ns) although they differ`;
  return `DRAM: ${channelCount} channels of ${device.id}${clocks}; dram.bytesPerCyclePerChannel, efficiencyRatio and latencyCycles play no part; writes: ${device.validation.writes}`;
}

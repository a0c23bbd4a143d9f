import type { WorkloadHeader } from "../../workload/attention-workload.ts";
import type { Buffering } from "./buffering.ts";
import type { SpattenParameters } from "./parameters.ts";

/** What the closed-form times of a workload take for granted and the paper does not state. */
export function analyticalAssumptions(
  parameters: SpattenParameters,
  header: WorkloadHeader,
  bufferings: ReadonlySet<Buffering>,
): string[] {
  const { dram, pipeline } = parameters;
  const lines = [
    `DRAM runs at ${dram.efficiencyRatio} of its peak, evenly over ${dram.channelCount} channels (the paper's fully connected layers imply 0.73)`,
    `first data come ${dram.latencyCycles} cycles after a request: a row conflict and the fetcher's path in the official RTL`,
    "pipeline latencies are those of the official bert.cpp; the paper prints none",
    "heads of a layer follow each other without a gap; a layer waits for the one before, whose cascade top-k names its tokens",
    "the cascade top-k runs after a layer's last head, token before head, and overlaps with nothing",
    "top-k takes the expected time of quick-select with random pivots and then a filter pass; its input comes in beside the softmax",
    `a top-k that keeps everything takes ${pipeline.skippedTopKCycles} cycle`,
    "a query computed again stops the pipeline for its low bits, Q·K and softmax and their whole latency",
    "scores are accumulated beside the pipeline at no cost in time, also where nothing is pruned",
    `rows are rounded up to transactions of ${dram.transactionBytes} B, ${dram.fusedHeadCount} heads sharing them; bytes are counted without that`,
    "activations: the pages that a head's stored rows span, at most one a transaction; rows left open by the head before are not used",
    "key rows of a generation lie scattered over all stored rows, those of a summarization next to each other",
    `operands wider than ${parameters.datapathBits} bits are stored at ${parameters.datapathBits}`,
    "attention_out is written at the data path's width",
    "contexts longer than the top-k engine's FIFOs cost what the formula says",
  ];
  if (parameters.multiplierCountPerModule % header.model.headDimension !== 0) {
    lines.push("heads that do not divide the multipliers leave the rest idle");
  }
  if (header.model.keyValueHeadCount < header.model.queryHeadCount) {
    lines.push("query heads that share a key-value head fetch it each for themselves");
  }
  if (bufferings.has("single")) {
    lines.push(
      "K or V of a head needs both halves of its SRAM: its load does not overlap with the head before",
    );
  }
  if (bufferings.has("streamed")) {
    lines.push(
      "K or V of a head does not fit its SRAM: rule `query streaming`, fetched again for every query",
    );
  }
  return lines;
}

/** What energy and area take for granted. */
export function energyAssumptions(parameters: SpattenParameters, calibrated: boolean): string[] {
  const lines = [
    "energy and area of arithmetic: Horowitz 2014 at 45 nm, scaled to 40 nm by the feature size and by operand width",
    "SRAM: published reads of 8 KB, 32 KB and 1 MB, interpolated by bank capacity; writes cost as much; 40 nm 6T cells at 0.5 array efficiency",
    "FIFO, register and crossbar figures are estimates of this project (src/energy/storage.ts)",
    "adder trees carry products at full width, with a register a level as in the official RTL",
    "a division is taken as four fused multiply-adds, the exponential as five; softmax in 32-bit floating point",
    `DRAM: ${parameters.energy.dramTable} restatement of O'Connor et al., MICRO 2017; never calibrated`,
    `leakage: level ${parameters.energy.leakage} of src/energy/leakage.ts, on the bottom-up area`,
  ];
  if (calibrated) {
    lines.push(
      "calibrated: each module's energy and area are multiplied by paper / bottom-up of bert-base-dense-128 on preset spatten; the paper does not say on which benchmarks its power is an average",
      "calibrated: the power of the top-k module is not fitted, since a dense workload leaves it idle",
    );
  }
  return lines;
}

import { lookUp } from "../../base/registry.ts";
import { wattsFrom } from "../../base/units.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type { MachineReport } from "../machine-report.ts";
import { areaOf } from "./energy-and-area.ts";
import { spattenMachines } from "./machine.ts";
import { spattenPresets } from "./presets.ts";
import { publishedEighth, publishedPowerWatts, publishedTopKShareRatio } from "./published.ts";
import { bertBaseDense128, gpt2SmallPruned992 } from "./reference-workloads.ts";

/** A published figure that no fit has seen, beside ours. */
export interface HeldOutRow {
  readonly quantity: string;
  readonly published: number;
  readonly ours: number;
  /** ours / published − 1. */
  readonly deviationRatio: number;
  readonly note: string;
}

/** Published figures left out of the calibration, and what the calibrated model says of them; never tuned. */
export async function heldOut(): Promise<HeldOutRow[]> {
  const bert = await calibratedReport("spatten", bertBaseDense128());
  const gpt2 = await calibratedReport("spatten", gpt2SmallPruned992());
  const eighth = await calibratedReport("spatten-eighth", bertBaseDense128());
  const bottomUpArea = areaOf(lookUp(spattenPresets, "spatten", "machine preset").parameters);
  const { compute, sram, dram, total } = publishedPowerWatts;
  const share = publishedTopKShareRatio;
  const onDense = "bert-base-dense-128; the paper averages over benchmarks that it does not list";
  const onPruned = "gpt2-small-pruned-992: memory- and top-k-bound, unlike the workload of the fit";
  const { energyPicojoules: pruned } = gpt2;
  const topK = pruned.units.topK!;
  return [
    row("1/8 area, mm²", publishedEighth.squareMillimetres, eighth.areaSquareMillimetres.total, EIGHTH_AREA),
    row("1/8 power with DRAM, W", publishedEighth.watts, watts(eighth, "total"), EIGHTH_POWER),
    row("arithmetic power, W", compute, watts(bert, "compute"), `${onDense}; without leakage`),
    row("SRAM power, W", sram, watts(bert, "sram"), `${onDense}; without leakage`),
    row("DRAM power, W", dram, watts(bert, "dram"), `${onDense}; BERT is compute-bound`),
    row("DRAM power, W", dram, watts(gpt2, "dram"), onPruned),
    row("total power, W", total, watts(bert, "total"), onDense),
    row("total power, W", total, watts(gpt2, "total"), onPruned),
    row("top-k share of total power", share.totalPower, topK / pruned.total, ON_TOP_K),
    row("top-k share of on-chip power", share.onChipPower, topK / (pruned.total - pruned.dram), ON_TOP_K),
    row(
      "top-k share of area",
      share.area,
      bottomUpArea.units.topK! / bottomUpArea.total,
      "bottom-up, all modules",
    ),
  ];
}

const EIGHTH_AREA =
  "factors of the full machine; 18.71 / 8 is 2.34, so the paper's eighth is more than a division";
const ON_TOP_K = "gpt2-small-pruned-992; top-k bottom-up, the other modules calibrated";
const EIGHTH_POWER = "bert-base-dense-128; published as 360 GOP/s over 382 GOP/J, workload not stated";

function row(quantity: string, published: number, ours: number, note: string): HeldOutRow {
  return { quantity, published, ours, deviationRatio: ours / published - 1, note };
}

function watts(report: MachineReport, category: "compute" | "sram" | "dram" | "total"): number {
  return wattsFrom(report.energyPicojoules[category], report.seconds);
}

function calibratedReport(machine: string, workload: AttentionWorkload): Promise<MachineReport> {
  return lookUp(spattenMachines, machine, "machine").simulate(workload, { energyModel: "calibrated" });
}

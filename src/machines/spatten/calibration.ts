import { lookUp } from "../../base/registry.ts";
import { wattsFrom } from "../../base/units.ts";
import type { Calibration, CalibrationFactor } from "../machine-report.ts";
import { analyticalCounters } from "./analytical.ts";
import { moduleAreas } from "./area-table.ts";
import { energyOf, secondsOf } from "./energy-and-area.ts";
import { type Module, modules } from "./energy-table.ts";
import type { SpattenParameters } from "./parameters.ts";
import { spattenPresets } from "./presets.ts";
import { publishedModuleSquareMillimetres, publishedModuleWatts } from "./published.ts";
import { bertBaseDense128 } from "./reference-workloads.ts";

const NOT_FITTED =
  "not fitted: a dense workload leaves the top-k engines idle; its share is held out instead";

/**
 * One factor a module, paper / bottom-up, for watts and for square millimetres: preset `spatten` on BERT-Base with
 * 128 tokens, dense, 12 bits, under the given DRAM and leakage tables.
 */
export function fitCalibration(energy: SpattenParameters["energy"]): Calibration {
  const parameters = { ...lookUp(spattenPresets, "spatten", "machine preset").parameters, energy };
  const workload = bertBaseDense128();
  const counters = analyticalCounters(parameters, workload);
  const { units } = energyOf(parameters, counters);
  const seconds = secondsOf(parameters, counters.cycles);
  const areas = moduleAreas(parameters);
  return {
    workload: workload.header.source,
    powerWatts: modules.map((module) =>
      factorOf(module, wattsFrom(units[module] ?? 0, seconds), publishedModuleWatts, module === "topK"),
    ),
    areaSquareMillimetres: modules.map((module) =>
      factorOf(module, areas[module], publishedModuleSquareMillimetres, false),
    ),
  };
}

function factorOf(
  module: Module,
  bottomUp: number,
  published: Readonly<Record<Module, number>>,
  heldOut: boolean,
): CalibrationFactor {
  const paper = published[module];
  if (heldOut) return { module, bottomUp, paper, factor: 1, note: NOT_FITTED };
  return { module, bottomUp, paper, factor: paper / bottomUp };
}

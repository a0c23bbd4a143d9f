import { HERTZ_PER_GIGAHERTZ } from "../../base/units.ts";
import { leakageWattsPerSquareMillimetre } from "../../energy/leakage.ts";
import { energyFrom } from "../../energy/post-pass.ts";
import type { AreaSquareMillimetres, Calibration, EnergyPicojoules } from "../machine-report.ts";
import { moduleAreas } from "./area-table.ts";
import type { MachineCounters } from "./counters.ts";
import { energyTable, modules } from "./energy-table.ts";
import type { SpattenParameters } from "./parameters.ts";

/** Seconds that so many cycles take. */
export function secondsOf(parameters: Pick<SpattenParameters, "clockGigahertz">, cycles: number): number {
  return cycles / (parameters.clockGigahertz * HERTZ_PER_GIGAHERTZ);
}

/** Energy of counted events in picojoules, bottom-up or with each module scaled by a calibration. */
export function energyOf(
  parameters: SpattenParameters,
  counters: Pick<MachineCounters, "events" | "cycles">,
  calibration?: Calibration,
): EnergyPicojoules {
  const leakage = {
    wattsPerSquareMillimetre: leakageWattsPerSquareMillimetre(parameters.energy.leakage),
    unitSquareMillimetres: moduleAreas(parameters),
    seconds: secondsOf(parameters, counters.cycles),
  };
  const factors = calibration?.powerWatts.map(({ module, factor }) => [module, factor] as const) ?? [];
  return energyFrom(counters.events, energyTable(parameters), leakage, Object.fromEntries(factors));
}

/** On-chip area in square millimetres, rounded to 4 decimals, bottom-up or calibrated. */
export function areaOf(parameters: SpattenParameters, calibration?: Calibration): AreaSquareMillimetres {
  const bottomUp = moduleAreas(parameters);
  const factors = new Map(calibration?.areaSquareMillimetres.map(({ module, factor }) => [module, factor]));
  const rows = modules.map(
    (module) => [module, round4(bottomUp[module] * (factors.get(module) ?? 1))] as const,
  );
  return { total: round4(rows.reduce((sum, [, area]) => sum + area, 0)), units: Object.fromEntries(rows) };
}

function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

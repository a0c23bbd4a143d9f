import { SpattenError } from "../base/errors.ts";
import { PICOJOULES_PER_JOULE } from "../base/units.ts";
import type { HowSure } from "./technology.ts";

export type EnergyCategory = "compute" | "sram" | "dram";

/** What one event of a kind costs, and in which unit of the machine. */
export interface EventEnergy {
  readonly event: string;
  readonly unit: string;
  readonly category: EnergyCategory;
  readonly picojoules: number;
  readonly source: string;
  readonly howSure: HowSure;
}

/** Static power: every unit's area leaks for as long as the machine runs. */
export interface LeakageInput {
  readonly wattsPerSquareMillimetre: number;
  readonly unitSquareMillimetres: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface EnergyResult {
  readonly compute: number;
  readonly sram: number;
  readonly dram: number;
  readonly leakage: number;
  readonly total: number;
  readonly units: Readonly<Record<string, number>>;
}

/** The declared rounding of energies in results: 3 decimals of a picojoule. */
export function roundPicojoules(picojoules: number): number {
  return Math.round(picojoules * 1000) / 1000;
}

/**
 * Picojoules of counted events, by unit and by category; `unitFactors` multiply a unit's own energy and leakage.
 * Each figure is rounded to 3 decimals; the total is the sum of the rounded categories.
 * @throws SpattenError `config` where an event has no row in the table.
 */
export function energyFrom(
  events: Readonly<Record<string, number>>,
  table: readonly EventEnergy[],
  leakage: LeakageInput,
  unitFactors: Readonly<Record<string, number>> = {},
): EnergyResult {
  const rows = new Map(table.map((row) => [row.event, row]));
  const categories = { compute: 0, sram: 0, dram: 0, leakage: 0 };
  const units = new Map<string, number>();
  const add = (unit: string, category: keyof typeof categories, picojoules: number): void => {
    const calibrated = picojoules * (unitFactors[unit] ?? 1);
    categories[category] += calibrated;
    units.set(unit, (units.get(unit) ?? 0) + calibrated);
  };
  for (const [event, count] of Object.entries(events)) {
    const row = rows.get(event);
    if (row === undefined) throw new SpattenError("config", `no energy is given for event "${event}"`);
    add(row.unit, row.category, count * row.picojoules);
  }
  for (const [unit, squareMillimetres] of Object.entries(leakage.unitSquareMillimetres)) {
    const joules = leakage.wattsPerSquareMillimetre * squareMillimetres * leakage.seconds;
    add(unit, "leakage", joules * PICOJOULES_PER_JOULE);
  }
  const compute = roundPicojoules(categories.compute);
  const sram = roundPicojoules(categories.sram);
  const dram = roundPicojoules(categories.dram);
  const leaked = roundPicojoules(categories.leakage);
  const roundedUnits = [...units].map(([unit, picojoules]) => [unit, roundPicojoules(picojoules)] as const);
  return {
    compute,
    sram,
    dram,
    leakage: leaked,
    total: roundPicojoules(compute + sram + dram + leaked),
    units: Object.fromEntries(roundedUnits),
  };
}

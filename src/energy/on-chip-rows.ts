import type { EventEnergy } from "./post-pass.ts";

/** An on-chip event of a machine's energy table, as people read it. */
export type OnChipRow<Event extends string = string, Unit extends string = string> = readonly [
  event: Event,
  unit: Unit,
  category: "compute" | "sram",
  picojoules: number,
  source: string,
];

/** Such rows as prices: arithmetic is derived from published operators, the sizes of memories are assumed. */
export function onChipEnergies(rows: readonly OnChipRow[]): EventEnergy[] {
  return rows.map(([event, unit, category, picojoules, source]) => ({
    ...{ event, unit, category, picojoules, source },
    howSure: category === "sram" ? "assumed" : "derived",
  }));
}

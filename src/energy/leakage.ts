import type { HowSure } from "./technology.ts";

/** Static power a square millimetre, as a named level. */
export interface LeakageLevel {
  readonly id: "low" | "typical" | "high";
  readonly wattsPerSquareMillimetre: number;
  readonly source: string;
  readonly howSure: HowSure;
}

/** Static power at 40 nm: no paper here states it for this design, so it is a range. */
export const leakageLevels: readonly LeakageLevel[] = [
  {
    id: "low",
    wattsPerSquareMillimetre: 0.002,
    source: "a low-power process, high-threshold cells",
    howSure: "assumed",
  },
  {
    id: "typical",
    wattsPerSquareMillimetre: 0.0055,
    source: "unconfirmed: A3 (HPCA 2020), also 40 nm, as remembered: about 11.5 mW static on 2.082 mm²",
    howSure: "remembered",
  },
  {
    id: "high",
    wattsPerSquareMillimetre: 0.05,
    source: "a general-purpose process, hot, low-threshold cells",
    howSure: "assumed",
  },
];

/** Watts a square millimetre of a level. */
export function leakageWattsPerSquareMillimetre(level: LeakageLevel["id"]): number {
  return leakageLevels.find((row) => row.id === level)!.wattsPerSquareMillimetre;
}

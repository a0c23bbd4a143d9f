import type { HowSure } from "./technology.ts";

/** A figure of another group's accelerator, as its authors or those who compared with it give it. */
export interface PublishedFigure {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  readonly howSure: HowSure;
}

const A3 = "A3 (HPCA 2020)";
const TABLE_III = "SpAtten (HPCA 2021), Table III";

function remembered(value: number, unit: string, what: string): PublishedFigure {
  return {
    value,
    unit,
    source: `unconfirmed: ${what}, remembered of ${A3} and not read again`,
    howSure: "remembered",
  };
}

/** Power and area of A3, 40 nm, on chip, and the gain of its approximation. */
export const publishedA3 = {
  dynamicWatts: remembered(0.099, "watts", "about 99 mW of dynamic power"),
  staticWatts: remembered(0.0115, "watts", "about 11.5 mW of static power"),
  squareMillimetres: {
    value: 2.08,
    unit: "square millimetres",
    source: `${TABLE_III}; ${A3} is remembered with 2.082`,
    howSure: "published",
  },
  speedupOverBase: {
    value: 1.73,
    unit: "times",
    source: `${TABLE_III}: the geometric mean that its base machine's 128 GOP/s are multiplied by; the text has 1.72`,
    howSure: "published",
  },
} as const satisfies Readonly<Record<string, PublishedFigure>>;

/** Power of MNNFast as SpAtten's authors took it: an input to their 120 GOP/J, not a result. */
export const publishedMnnfast = {
  watts: {
    value: 1,
    unit: "watts",
    source: `input: ${TABLE_III} takes 1 W for an ASIC of an FPGA of 10 W, so that 120 GOP/s become 120 GOP/J`,
    howSure: "published",
  },
} as const satisfies Readonly<Record<string, PublishedFigure>>;

/** A row of Table III: what SpAtten's authors credit each machine with; dense-equivalent operations, a MAC as two. */
export interface TableThreeRow {
  readonly machine: "mnnfast" | "a3" | "spatten-eighth";
  readonly gigaoperationsPerSecond: number;
  readonly gigaoperationsPerJoule: number;
  readonly gigaoperationsPerSecondPerSquareMillimetre?: number;
  readonly squareMillimetres?: number;
  /** `result`: of a simulation of the authors; `input`: rests on a figure that they put in. */
  readonly energyKind: "result" | "input";
}

/** SpAtten (HPCA 2021), Table III. */
export const tableThree: readonly TableThreeRow[] = [
  {
    machine: "mnnfast",
    gigaoperationsPerSecond: 120,
    gigaoperationsPerJoule: 120,
    energyKind: "input",
  },
  {
    machine: "a3",
    gigaoperationsPerSecond: 221,
    gigaoperationsPerJoule: 269,
    gigaoperationsPerSecondPerSquareMillimetre: 106,
    squareMillimetres: 2.08,
    energyKind: "result",
  },
  {
    machine: "spatten-eighth",
    gigaoperationsPerSecond: 360,
    gigaoperationsPerJoule: 382,
    gigaoperationsPerSecondPerSquareMillimetre: 238,
    squareMillimetres: 1.55,
    energyKind: "result",
  },
];

import { SpattenError } from "../base/errors.ts";

/**
 * How much weight a figure bears: printed in its source, restated by others, computed from such, our own guess, or
 * remembered from its source and not read again: unconfirmed.
 */
export type HowSure = "published" | "restated" | "derived" | "assumed" | "remembered";

/** Energy, and where known area, of one operation. */
export interface OperationCost {
  readonly id: string;
  readonly picojoules: number;
  readonly squareMicrometres?: number;
  readonly nodeNanometres: number;
  readonly source: string;
  readonly howSure: HowSure;
}

const HOROWITZ = "M. Horowitz, Computing's energy problem, ISSCC 2014: 45 nm, 0.9 V";

function horowitz(id: string, picojoules: number, squareMicrometres: number): OperationCost {
  return { id, picojoules, squareMicrometres, nodeNanometres: 45, source: HOROWITZ, howSure: "published" };
}

/** Published energy in picojoules and area in square micrometres of arithmetic at 45 nm. */
export const operationCosts: readonly OperationCost[] = [
  horowitz("integer-add-8", 0.03, 36),
  horowitz("integer-add-32", 0.1, 137),
  horowitz("integer-multiply-8", 0.2, 282),
  horowitz("integer-multiply-32", 3.1, 3495),
  horowitz("float-add-16", 0.4, 1360),
  horowitz("float-multiply-16", 1.1, 1640),
  horowitz("float-add-32", 0.9, 4184),
  horowitz("float-multiply-32", 3.7, 7700),
];

/** One published point of read energy: a 64-bit word from a memory of that capacity. */
export interface SramReadPoint {
  readonly capacityBytes: number;
  readonly picojoulesPerWord: number;
  readonly wordBits: number;
  readonly source: string;
  readonly howSure: HowSure;
}

function horowitzRead(capacityBytes: number, picojoulesPerWord: number): SramReadPoint {
  return { capacityBytes, picojoulesPerWord, wordBits: 64, source: HOROWITZ, howSure: "published" };
}

/** Published read energies of SRAM at 45 nm, smallest memory first. */
export const sramReadPoints: readonly SramReadPoint[] = [
  horowitzRead(8 * 1024, 10),
  horowitzRead(32 * 1024, 20),
  horowitzRead(1024 * 1024, 100),
];

/** The published row of that operation. @throws SpattenError `config` for a name that is not there. */
export function operationCost(id: string): OperationCost {
  const row = operationCosts.find((candidate) => candidate.id === id);
  if (row === undefined) throw new SpattenError("config", `no published cost of operation "${id}"`);
  return row;
}

import * as z from "zod/mini";
import { OPERATIONS_PER_MULTIPLY_ACCUMULATE, PICOJOULES_PER_JOULE } from "../base/units.ts";
import type { MachineReport } from "./machine-report.ts";

/** How operations and energy are counted where machines of different papers are compared: never mix two of them. */
export const figureConventionsSchema = z.strictObject({
  /** A multiply-accumulate as one operation or as two. */
  operationsPerMultiplyAccumulate: z.union([z.literal(1), z.literal(2)]),
  /** What was executed, or what the unpruned shape would take (SpAtten's Table III: 360 GOP/s of 256). */
  operations: z.enum(["executed", "dense-equivalent"]),
  /** Whether the energy of DRAM is paid. */
  dramEnergy: z.enum(["included", "left-out"]),
});

export type FigureConventions = z.infer<typeof figureConventionsSchema>;

/** A machine's run in the units of comparison tables, with the conventions behind them. */
export interface MachineFigures {
  readonly conventions: FigureConventions;
  readonly gigaoperationsPerSecond: number;
  readonly gigaoperationsPerJoule: number;
  readonly gigaoperationsPerSecondPerSquareMillimetre: number;
}

/** The figures of any machine's report under a convention; a machine without energy or area has 0 there. */
export function figuresOf(
  report: Pick<MachineReport, "operations" | "seconds" | "energyPicojoules" | "areaSquareMillimetres">,
  conventions: FigureConventions,
): MachineFigures {
  const { operations, seconds, energyPicojoules, areaSquareMillimetres } = report;
  const counted = conventions.operations === "executed" ? operations.executed : operations.denseEquivalent;
  const perMultiplyAccumulate =
    conventions.operationsPerMultiplyAccumulate / OPERATIONS_PER_MULTIPLY_ACCUMULATE;
  const gigaoperations = (counted * perMultiplyAccumulate) / 1e9;
  const paid = energyPicojoules.total - (conventions.dramEnergy === "included" ? 0 : energyPicojoules.dram);
  const perSecond = over(gigaoperations, seconds);
  return {
    conventions,
    gigaoperationsPerSecond: perSecond,
    gigaoperationsPerJoule: over(gigaoperations, paid / PICOJOULES_PER_JOULE),
    gigaoperationsPerSecondPerSquareMillimetre: over(perSecond, areaSquareMillimetres.total),
  };
}

function over(value: number, divisor: number): number {
  return divisor === 0 ? 0 : value / divisor;
}

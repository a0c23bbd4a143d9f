import type { RivalPass } from "../rivals/design.ts";
import type { MnnfastParameters } from "./parameters.ts";

/** Modules in series; multipliers that take turns are one. */
export function mnnfastStations({ multipliers }: MnnfastParameters): readonly string[] {
  return multipliers === "shared" ? ["sharedMultipliers"] : ["queryKeyProduct", "probabilityValueProduct"];
}

/** Rows that the parameters assume to be kept of so many keys; at least one. */
export function assumedKeptCount(parameters: MnnfastParameters, keyCount: number): number {
  const { mode, probabilityThreshold } = parameters.zeroSkipping;
  if (mode === "off") return keyCount;
  const assumed = Math.max(1, Math.ceil(parameters.assumedKeepRatio * keyCount));
  // Probabilities add up to 1: no more rows can each have the threshold. The sum so far knows no such bound.
  return mode === "exact" ? Math.min(assumed, Math.max(1, Math.floor(1 / probabilityThreshold))) : assumed;
}

/**
 * One query's pass. Shared: Q·K over all keys, then prob·V, so about 2n cycles a query. Separate: a query every n cycles
 * and an overhead; prob·V begins when the first chunk's exponentials are there.
 */
export function mnnfastPass(
  parameters: MnnfastParameters,
  headDimension: number,
  keyCount: number,
  keptCount: number,
): RivalPass {
  const { multiplierCountPerModule, chunkKeyCount, zeroSkipping } = parameters;
  const rowsPerCycle = Math.floor(multiplierCountPerModule / headDimension);
  const rowCycles = (rowCount: number): number => Math.ceil(rowCount / rowsPerCycle);
  const valueRows = zeroSkipping.skippedRowsTakeCycles ? keyCount : keptCount;
  const queryKeyCycles = rowCycles(keyCount) + parameters.queryKeyOverheadCycles;
  const probabilityValueCycles = rowCycles(valueRows) + parameters.probabilityValueOverheadCycles;
  const counts = { keyCount, candidateCount: keyCount, keptCount };
  if (parameters.multipliers === "shared") {
    const cycles = [queryKeyCycles + probabilityValueCycles];
    return { ...counts, stationCycles: cycles, leadCycles: cycles };
  }
  const firstChunk = rowCycles(Math.min(chunkKeyCount, keyCount)) + parameters.queryKeyOverheadCycles;
  // Skipped rows let prob·V catch up with Q·K, never overtake it.
  const beside = Math.max(probabilityValueCycles, queryKeyCycles - firstChunk + 1);
  return { ...counts, stationCycles: [queryKeyCycles, beside], leadCycles: [firstChunk, beside] };
}

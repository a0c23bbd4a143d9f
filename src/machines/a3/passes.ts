import { scanCycles } from "../../hardware/row-scan.ts";
import type { RivalPass } from "../rivals/design.ts";
import { type A3Parameters, searches, searchIterationCount } from "./parameters.ts";

/** Modules in series (A3, HPCA 2020); the base machine has neither selector nor post-scoring. */
export function a3Stations(parameters: A3Parameters): readonly string[] {
  return [
    ...(searches(parameters) ? ["candidateSelector"] : []),
    "queryKeyProduct",
    ...(parameters.postScoringPercent === 0 ? [] : ["postScoring"]),
    "exponent",
    "outputComputation",
  ];
}

/** Rows that a query kept on its way. */
export interface RowSelection {
  readonly candidateCount: number;
  readonly keptCount: number;
}

/** The selection that the parameters assume for so many keys; at least one row stays. */
export function assumedSelection(parameters: A3Parameters, keyCount: number): RowSelection {
  const { candidateKeepRatio, keptKeepRatio } = parameters.assumedSelection;
  const most = searches(parameters) ? searchIterationCount(parameters, keyCount) : keyCount;
  const candidateCount = searches(parameters)
    ? Math.min(most, Math.max(1, Math.ceil(candidateKeepRatio * keyCount)))
    : keyCount;
  const keptCount =
    parameters.postScoringPercent === 0 ? candidateCount : Math.ceil(keptKeepRatio * candidateCount);
  return { candidateCount, keptCount };
}

/**
 * One query's pass. Base: three modules of n + 9, so a query every n + 9 cycles and a latency of 3n + 27. Approximate:
 * the search (fill + M + a scan), the candidates + 9, a scan of their scores, kept rows + 9 twice. More multipliers than a
 * head has elements take several rows a cycle.
 */
export function a3Pass(
  parameters: A3Parameters,
  headDimension: number,
  keyCount: number,
  { candidateCount, keptCount }: RowSelection,
): RivalPass {
  const { multiplierCountPerModule, moduleOverheadCycles, scanWidthCount, candidateSearch } = parameters;
  const rowsPerCycle = Math.floor(multiplierCountPerModule / headDimension);
  const moduleCycles = (rowCount: number): number =>
    Math.ceil(rowCount / rowsPerCycle) + moduleOverheadCycles;
  const search = (): number =>
    candidateSearch.fillCycles +
    searchIterationCount(parameters, keyCount) +
    scanCycles(keyCount, scanWidthCount);
  const stationCycles = [
    ...(searches(parameters) ? [search()] : []),
    moduleCycles(candidateCount),
    ...(parameters.postScoringPercent === 0 ? [] : [scanCycles(candidateCount, scanWidthCount)]),
    moduleCycles(keptCount),
    moduleCycles(keptCount),
  ];
  return { keyCount, candidateCount, keptCount, stationCycles, leadCycles: stationCycles };
}

import { SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE } from "../../base/units.ts";
import { adderCost, multiplierCost } from "../../energy/scaling.ts";
import { sramSquareMicrometres, storageFigures } from "../../energy/storage.ts";
import { NODE_NANOMETRES } from "../spatten/energy-table.ts";
import { a3SramBytes, scoreBits } from "./energy-table.ts";
import { codeBits } from "./events.ts";
import { type A3Parameters, searches } from "./parameters.ts";

/** A part of A3 that takes up silicon. */
export interface A3AreaRow {
  readonly unit: string;
  readonly part: string;
  readonly count: number;
  readonly squareMicrometresEach: number;
  readonly source: string;
}

/** Silicon of A3 at 40 nm, part by part, bottom-up; the base machine has no selector and no sorter. */
export function a3AreaTable(parameters: A3Parameters): readonly A3AreaRow[] {
  const width = codeBits(parameters);
  const multipliers = parameters.multiplierCountPerModule;
  const { integerBits, fractionBits } = parameters.number;
  const { rows, sorted } = a3SramBytes(parameters);
  const multiplier = multiplierCost(width, NODE_NANOMETRES).squareMicrometres;
  const adder = adderCost(2 * width, NODE_NANOMETRES).squareMicrometres;
  const scoreAdder = adderCost(scoreBits(parameters), NODE_NANOMETRES).squareMicrometres;
  const { fifoBitArea, registerBitArea } = storageFigures;
  const scoreRegisterBits = parameters.keyCapacityCount * scoreBits(parameters);
  const tableBits = 2 * 2 ** (integerBits + fractionBits) * (2 * fractionBits + 1);
  const matrixModule = (unit: string): A3AreaRow[] => [
    row(unit, "multipliers", multipliers, multiplier, "Horowitz, 8 bit × (width/8)²"),
    row(unit, "adders", multipliers, adder, "Horowitz, adder of twice the width"),
    row(unit, "product registers", 2 * multipliers * 2 * width, registerBitArea.value, "products and sums"),
    row(unit, "SRAM", 1, sramSquareMicrometres(rows), "40 nm 6T cells at 0.5 array efficiency"),
  ];
  const selector = "candidateSelector";
  return [
    ...matrixModule("queryKeyProduct"),
    row("queryKeyProduct", "score registers", scoreRegisterBits, registerBitArea.value, "a score a row"),
    row("exponent", "table bits", tableBits, fifoBitArea.value, "two tables, as FIFOs"),
    row(
      "exponent",
      "multiplier",
      1,
      multiplierCost(2 * fractionBits + 1, NODE_NANOMETRES).squareMicrometres,
      "Horowitz",
    ),
    ...matrixModule("outputComputation"),
    ...(searches(parameters)
      ? [
          row(selector, "sorted keys", 1, sramSquareMicrometres(sorted), "a key and its row"),
          row(selector, "multipliers", 2 * multipliers, multiplier, "a product a column and queue"),
          row(selector, "comparators", 2 * multipliers, adder, "a tournament a queue"),
          row(selector, "score registers", scoreRegisterBits, registerBitArea.value, "a partial score a row"),
          row(selector, "scan", parameters.scanWidthCount, scoreAdder, "a comparator a row"),
          row("columnSorter", "comparators", parameters.sorting.sorterCount, adder / 2, "one a sorter"),
        ]
      : []),
    ...(parameters.postScoringPercent > 0
      ? [row("postScoring", "scan", parameters.scanWidthCount, scoreAdder, "a comparator a row")]
      : []),
  ];
}

function row(
  unit: string,
  part: string,
  count: number,
  squareMicrometresEach: number,
  source: string,
): A3AreaRow {
  return { unit, part, count, squareMicrometresEach, source };
}

/** Square millimetres of each module, bottom-up. */
export function a3ModuleAreas(parameters: A3Parameters): Record<string, number> {
  const areas: Record<string, number> = {};
  for (const { unit, count, squareMicrometresEach } of a3AreaTable(parameters)) {
    areas[unit] =
      (areas[unit] ?? 0) + (count * squareMicrometresEach) / SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE;
  }
  return areas;
}

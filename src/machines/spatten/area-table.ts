import { SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE } from "../../base/units.ts";
import {
  adderCost,
  floatAdderCost,
  floatMultiplierCost,
  fusedMultiplyAddCost,
  multiplierCost,
} from "../../energy/scaling.ts";
import { sramSquareMicrometres, storageFigures } from "../../energy/storage.ts";
import { DIVISION_MULTIPLY_ADDS, type Module, modules, NODE_NANOMETRES } from "./energy-table.ts";
import { ADDRESS_BITS, EXPONENTIAL_ORDER, FLOAT_BITS, TOP_K_ITEM_BITS } from "./events.ts";
import type { SpattenParameters } from "./parameters.ts";

/** A part of the machine that takes up silicon. */
export interface AreaRow {
  readonly unit: Module;
  readonly part: string;
  readonly count: number;
  readonly squareMicrometresEach: number;
  readonly source: string;
}

/** Data bits at each port of the fetcher's data crossbar (Table I: 16 B). */
const PORT_DATA_BITS = 128;
const SOFTMAX_FIFO_DEPTH = 128;
const TOP_K_ENGINES = 2;

/** Silicon of the machine at 40 nm, part by part, bottom-up. */
export function areaTable(parameters: SpattenParameters): readonly AreaRow[] {
  const width = parameters.datapathBits;
  const multipliers = parameters.multiplierCountPerModule;
  const comparators = parameters.topKComparatorCount;
  const { portCount, fifoDepth } = parameters.fetcher;
  const fifoBitArea = storageFigures.fifoBitArea.value;
  const registerArea = storageFigures.registerBitArea.value;
  const multiplier = multiplierCost(width, NODE_NANOMETRES).squareMicrometres;
  const adder = adderCost(2 * width, NODE_NANOMETRES).squareMicrometres;
  const comparator = adderCost(width, NODE_NANOMETRES).squareMicrometres;
  const fused = fusedMultiplyAddCost(NODE_NANOMETRES).squareMicrometres;
  const lane =
    2 * floatMultiplierCost(NODE_NANOMETRES).squareMicrometres +
    floatAdderCost(NODE_NANOMETRES).squareMicrometres +
    (EXPONENTIAL_ORDER + DIVISION_MULTIPLY_ADDS) * fused;
  const portBits = ADDRESS_BITS + PORT_DATA_BITS;
  const crosspointBits = portCount * parameters.dram.channelCount * portBits;
  // Each engine has an input, a left and a right FIFO, two zero eliminators in the loop and one behind it.
  const topKFifoBits = TOP_K_ENGINES * 3 * parameters.topKCapacityCount * TOP_K_ITEM_BITS;
  const eliminatorBits =
    TOP_K_ENGINES * 3 * comparators * TOP_K_ITEM_BITS * Math.ceil(Math.log2(comparators) + 1);
  const productRegisterBits = 2 * multipliers * 2 * width;
  const matrixModule = (unit: Module, sramBytes: number): AreaRow[] => [
    row(unit, "multipliers", multipliers, multiplier, "Horowitz, 8 bit × (width/8)²"),
    row(unit, "adders", multipliers, adder, "Horowitz, adder of twice the width"),
    row(unit, "registers", productRegisterBits, registerArea, "products and tree"),
    row(unit, "SRAM", 1, sramSquareMicrometres(sramBytes), "40 nm 6T cells at 0.5 array efficiency"),
  ];
  return [
    row("qkvFetcher", "FIFO bits", portCount * fifoDepth * portBits, fifoBitArea, "Table I: 64 × (8 + 16) B"),
    row("qkvFetcher", "crosspoint bits", crosspointBits, storageFigures.crossbarPointArea.value, "Table I"),
    ...matrixModule("queryKeyProduct", parameters.keySramBytes),
    row("softmax", "lanes", parameters.softmaxParallelism, lane, "Horowitz, 32-bit float"),
    row(
      "softmax",
      "FIFO bits",
      parameters.softmaxParallelism * SOFTMAX_FIFO_DEPTH * FLOAT_BITS,
      fifoBitArea,
      "Table I: depth 128",
    ),
    row("topK", "comparators", TOP_K_ENGINES * 2 * comparators, comparator, "Table I: two arrays an engine"),
    row("topK", "FIFO bits", topKFifoBits, fifoBitArea, "Table I: 64 deep"),
    row("topK", "zero eliminators", eliminatorBits, registerArea, "log2 P shift layers and a prefix sum"),
    ...matrixModule("probabilityValueProduct", parameters.valueSramBytes),
    row(
      "others",
      "score memory bits",
      parameters.topKCapacityCount * FLOAT_BITS,
      fifoBitArea,
      "a 32-bit score a token",
    ),
    row(
      "others",
      "score adders",
      2 * parameters.softmaxParallelism,
      adderCost(FLOAT_BITS, NODE_NANOMETRES).squareMicrometres,
      "one a softmax lane for tokens and one for heads",
    ),
  ];
}

function row(
  unit: Module,
  part: string,
  count: number,
  squareMicrometresEach: number,
  source: string,
): AreaRow {
  return { unit, part, count, squareMicrometresEach, source };
}

/** Square millimetres of each module, bottom-up. */
export function moduleAreas(parameters: SpattenParameters): Record<Module, number> {
  const areas = Object.fromEntries(modules.map((module) => [module, 0])) as Record<Module, number>;
  for (const { unit, count, squareMicrometresEach } of areaTable(parameters)) {
    areas[unit] += (count * squareMicrometresEach) / SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE;
  }
  return areas;
}

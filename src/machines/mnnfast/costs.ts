import { SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE } from "../../base/units.ts";
import { onChipEnergies } from "../../energy/on-chip-rows.ts";
import type { EventEnergy } from "../../energy/post-pass.ts";
import {
  adderCost,
  floatAdderCost,
  floatMultiplierCost,
  fusedMultiplyAddCost,
  multiplierCost,
  type ScaledCost,
} from "../../energy/scaling.ts";
import { sramPicojoulesPerBit, sramSquareMicrometres } from "../../energy/storage.ts";
import type { EventCounts, PassGroup } from "../rivals/design.ts";
import { fetcherEvents } from "../rivals/fetcher-events.ts";
import { countMatrixPasses, matrixEvents } from "../rivals/matrix-events.ts";
import { DIVISION_MULTIPLY_ADDS, NODE_NANOMETRES } from "../spatten/energy-table.ts";
import { EXPONENTIAL_ORDER } from "../spatten/events.ts";
import type { MnnfastParameters } from "./parameters.ts";

/** Everything that is counted and later paid: the keys of a report's `events`. */
export const mnnfastEvents = [
  ...fetcherEvents,
  ...matrixEvents,
  "exponentialFusedMultiplyAdds",
  "softmaxAccumulations",
  "skipComparisons",
  "divisions",
] as const;

/** Rows written, and the passes over them: every key, the kept values, one division an output element. */
export function countMnnfastLoad(
  events: EventCounts,
  { dramElementBits, zeroSkipping }: MnnfastParameters,
  headDimension: number,
  keyCount: number,
  groups: readonly PassGroup[],
): void {
  countMatrixPasses(events, headDimension * dramElementBits, headDimension, keyCount, groups);
  for (const { queryCount, pass } of groups) {
    const scores = queryCount * pass.candidateCount;
    events.exponentialFusedMultiplyAdds! += scores * EXPONENTIAL_ORDER;
    events.softmaxAccumulations! += scores;
    if (zeroSkipping.mode !== "off") events.skipComparisons! += scores;
    events.divisions! += queryCount * headDimension;
  }
}

/** Multiplier and adder of an operand's width: floats at 32 bits, whole numbers below. */
function arithmetic({ dramElementBits }: MnnfastParameters): { multiply: ScaledCost; add: ScaledCost } {
  if (dramElementBits === 32) {
    return { multiply: floatMultiplierCost(NODE_NANOMETRES), add: floatAdderCost(NODE_NANOMETRES) };
  }
  return {
    multiply: multiplierCost(dramElementBits, NODE_NANOMETRES),
    add: adderCost(2 * dramElementBits, NODE_NANOMETRES),
  };
}

function sramBytes({
  keyCapacityCount,
  multiplierCountPerModule,
  dramElementBits,
}: MnnfastParameters): number {
  return (keyCapacityCount * multiplierCountPerModule * dramElementBits) / 8;
}

/** Picojoules of MNNFast's on-chip events at 40 nm, by module; softmax in floats, as on machine `spatten`. */
export function mnnfastEnergyTable(parameters: MnnfastParameters): readonly EventEnergy[] {
  const { multiply, add } = arithmetic(parameters);
  const bit = sramPicojoulesPerBit(sramBytes(parameters) / parameters.sramBankCount, NODE_NANOMETRES);
  const fused = fusedMultiplyAddCost(NODE_NANOMETRES).picojoules;
  const floatAdd = floatAdderCost(NODE_NANOMETRES).picojoules;
  const width = "float at 32 bits, else 8-bit multiplier × (width/8)²";
  return onChipEnergies([
    ["keySramWrittenBits", "queryKeyProduct", "sram", bit, "Horowitz, by bank capacity; as a read"],
    ["keySramReadBits", "queryKeyProduct", "sram", bit, "Horowitz, by bank capacity"],
    ["queryKeyMultiplies", "queryKeyProduct", "compute", multiply.picojoules, width],
    ["queryKeyAdds", "queryKeyProduct", "compute", add.picojoules, "float, else adder of twice the width"],
    ["exponentialFusedMultiplyAdds", "softmax", "compute", fused, "float multiply and add"],
    ["softmaxAccumulations", "softmax", "compute", floatAdd, "float add"],
    ["skipComparisons", "softmax", "compute", floatAdd, "float add"],
    ["divisions", "softmax", "compute", DIVISION_MULTIPLY_ADDS * fused, "assumed: four multiply-adds"],
    ["valueSramWrittenBits", "probabilityValueProduct", "sram", bit, "Horowitz, by bank capacity; as a read"],
    ["valueSramReadBits", "probabilityValueProduct", "sram", bit, "Horowitz, by bank capacity"],
    ["probabilityValueMultiplies", "probabilityValueProduct", "compute", multiply.picojoules, width],
    ["probabilityValueAdds", "probabilityValueProduct", "compute", add.picojoules, "as in Q·K"],
  ]);
}

/** Square millimetres of each module, bottom-up: both matrix modules are there, also where they take turns. */
export function mnnfastModuleAreas(parameters: MnnfastParameters): Record<string, number> {
  const { multiply, add } = arithmetic(parameters);
  const { multiplierCountPerModule: multipliers } = parameters;
  const array = multipliers * (multiply.squareMicrometres + add.squareMicrometres);
  const memory = sramSquareMicrometres(sramBytes(parameters));
  const lane =
    (EXPONENTIAL_ORDER + DIVISION_MULTIPLY_ADDS) * fusedMultiplyAddCost(NODE_NANOMETRES).squareMicrometres +
    2 * floatAdderCost(NODE_NANOMETRES).squareMicrometres;
  return {
    queryKeyProduct: (array + memory) / SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE,
    softmax: lane / SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE,
    probabilityValueProduct: (array + memory) / SQUARE_MICROMETRES_PER_SQUARE_MILLIMETRE,
  };
}

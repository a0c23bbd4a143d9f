import { dramEventEnergies } from "../../energy/dram-energy.ts";
import { type OnChipRow, onChipEnergies } from "../../energy/on-chip-rows.ts";
import type { EventEnergy } from "../../energy/post-pass.ts";
import {
  adderCost,
  floatAdderCost,
  floatMultiplierCost,
  fusedMultiplyAddCost,
  multiplierCost,
} from "../../energy/scaling.ts";
import { sramPicojoulesPerBit, storageFigures } from "../../energy/storage.ts";
import { type EventName, FLOAT_BITS, TOP_K_ITEM_BITS } from "./events.ts";
import type { SpattenParameters } from "./parameters.ts";

/** Modules of the paper's Fig 13. */
export const modules = [
  "qkvFetcher",
  "queryKeyProduct",
  "softmax",
  "topK",
  "probabilityValueProduct",
  "others",
] as const;
export type Module = (typeof modules)[number];

export const NODE_NANOMETRES = 40;
/** Fused multiply-adds that a division is taken for: a table look-up and two Newton steps. */
export const DIVISION_MULTIPLY_ADDS = 4;

/** Picojoules of every event of the machine at 40 nm, with module and source. */
export function energyTable(parameters: SpattenParameters): readonly EventEnergy[] {
  const width = parameters.datapathBits;
  const multiply = multiplierCost(width, NODE_NANOMETRES).picojoules;
  const add = adderCost(2 * width, NODE_NANOMETRES).picojoules;
  const compare = adderCost(width, NODE_NANOMETRES).picojoules;
  const accumulate = adderCost(FLOAT_BITS, NODE_NANOMETRES).picojoules;
  const floatAdd = floatAdderCost(NODE_NANOMETRES).picojoules;
  const floatMultiply = floatMultiplierCost(NODE_NANOMETRES).picojoules;
  const fused = fusedMultiplyAddCost(NODE_NANOMETRES).picojoules;
  const keyBit = sramPicojoulesPerBit(parameters.keySramBytes / parameters.sramBankCount, NODE_NANOMETRES);
  const valueBit = sramPicojoulesPerBit(
    parameters.valueSramBytes / parameters.sramBankCount,
    NODE_NANOMETRES,
  );
  const fifoBit = storageFigures.fifoBit.value;
  const registerBit = storageFigures.registerBit.value;
  const crossbarBit = storageFigures.crossbarBit.value;
  const zeroEliminatorMove = TOP_K_ITEM_BITS * registerBit;
  const rows: readonly OnChipRow<EventName, Module>[] = [
    ["addressFifoBits", "qkvFetcher", "sram", fifoBit, "FIFO estimate; Table I: 64 × 8 B"],
    ["dataFifoBits", "qkvFetcher", "sram", fifoBit, "FIFO estimate; Table I: 64 × 16 B"],
    ["crossbarBits", "qkvFetcher", "compute", crossbarBit, "wire estimate"],
    ["convertedBits", "qkvFetcher", "compute", registerBit, "one register behind the bit-width converter"],
    ["queryKeyMultiplies", "queryKeyProduct", "compute", multiply, "8-bit multiplier × (width/8)²"],
    ["queryKeyAdds", "queryKeyProduct", "compute", add, "adder of twice the width"],
    [
      "queryKeyRegisterBits",
      "queryKeyProduct",
      "compute",
      registerBit,
      "register estimate; one a tree level",
    ],
    ["keySramWrittenBits", "queryKeyProduct", "sram", keyBit, "as a read"],
    ["keySramReadBits", "queryKeyProduct", "sram", keyBit, "Horowitz, by bank capacity"],
    ["dequantizations", "softmax", "compute", floatMultiply, "float multiply"],
    ["exponentialFusedMultiplyAdds", "softmax", "compute", fused, "float multiply and add"],
    ["softmaxAccumulations", "softmax", "compute", floatAdd, "float add"],
    ["divisions", "softmax", "compute", DIVISION_MULTIPLY_ADDS * fused, "assumed: four multiply-adds"],
    ["requantizations", "softmax", "compute", floatMultiply, "float multiply"],
    ["softmaxFifoBits", "softmax", "sram", fifoBit, "FIFO estimate; Table I: depth 128"],
    ["maximumComparisons", "others", "compute", compare, "adder of the width"],
    ["topKComparisons", "topK", "compute", compare, "adder of the width"],
    ["topKFifoBits", "topK", "sram", fifoBit, "FIFO estimate"],
    ["zeroEliminatorMoves", "topK", "compute", zeroEliminatorMove, "one item's registers a shift layer"],
    ["probabilityValueMultiplies", "probabilityValueProduct", "compute", multiply, "as in Q·K"],
    ["probabilityValueAdds", "probabilityValueProduct", "compute", add, "as in Q·K"],
    ["probabilityValueRegisterBits", "probabilityValueProduct", "compute", registerBit, "register estimate"],
    ["valueSramWrittenBits", "probabilityValueProduct", "sram", valueBit, "as a read"],
    ["valueSramReadBits", "probabilityValueProduct", "sram", valueBit, "Horowitz, by bank capacity"],
    ["tokenScoreAccumulations", "others", "compute", accumulate, "32-bit adder"],
    ["headScoreAccumulations", "others", "compute", accumulate, "32-bit adder"],
    ["scoreMemoryBits", "others", "sram", fifoBit, "a score is read and written: a small memory, as a FIFO"],
  ];
  return [...onChipEnergies(rows), ...dramEventEnergies(parameters.energy.dramTable)];
}

import { type OnChipRow, onChipEnergies } from "../../energy/on-chip-rows.ts";
import type { EventEnergy } from "../../energy/post-pass.ts";
import { adderCost, multiplierCost } from "../../energy/scaling.ts";
import { sramPicojoulesPerBit, storageFigures } from "../../energy/storage.ts";
import { NODE_NANOMETRES } from "../spatten/energy-table.ts";
import { codeBits } from "./events.ts";
import type { A3Parameters } from "./parameters.ts";

/** Bytes on chip at the design point: K and V each, and sorted keys with their rows twice that. */
export function a3SramBytes(parameters: A3Parameters): { readonly rows: number; readonly sorted: number } {
  const { keyCapacityCount, multiplierCountPerModule } = parameters;
  const rows = (keyCapacityCount * multiplierCountPerModule * codeBits(parameters)) / 8;
  return { rows, sorted: 2 * rows };
}

/** Bits of a score: 2i + log2 d integer and 2f fraction bits. */
export function scoreBits(parameters: A3Parameters): number {
  return 2 * codeBits(parameters) + Math.ceil(Math.log2(parameters.multiplierCountPerModule));
}

/** Picojoules of A3's on-chip events at 40 nm, by module. */
export function a3EnergyTable(parameters: A3Parameters): readonly EventEnergy[] {
  const width = codeBits(parameters);
  const weightBits = 2 * parameters.number.fractionBits;
  const { rows: rowBytes, sorted: sortedBytes } = a3SramBytes(parameters);
  const multiply = (bits: number): number => multiplierCost(bits, NODE_NANOMETRES).picojoules;
  const add = (bits: number): number => adderCost(bits, NODE_NANOMETRES).picojoules;
  const sramBit = sramPicojoulesPerBit(rowBytes / parameters.sramBankCount, NODE_NANOMETRES);
  const sortedBit = sramPicojoulesPerBit(sortedBytes / parameters.sramBankCount, NODE_NANOMETRES);
  const fifoBit = storageFigures.fifoBit.value;
  const selector = "candidateSelector";
  const rows: readonly OnChipRow[] = [
    ["keySramWrittenBits", "queryKeyProduct", "sram", sramBit, "Horowitz, by bank capacity; as a read"],
    ["keySramReadBits", "queryKeyProduct", "sram", sramBit, "Horowitz, by bank capacity"],
    ["queryKeyMultiplies", "queryKeyProduct", "compute", multiply(width), "8-bit multiplier × (width/8)²"],
    ["queryKeyAdds", "queryKeyProduct", "compute", add(2 * width), "adder of twice the width"],
    ["maximumComparisons", "queryKeyProduct", "compute", add(scoreBits(parameters)), "adder of a score"],
    ["valueSramWrittenBits", "outputComputation", "sram", sramBit, "Horowitz, by bank capacity; as a read"],
    ["valueSramReadBits", "outputComputation", "sram", sramBit, "Horowitz, by bank capacity"],
    [
      "divisions",
      "outputComputation",
      "compute",
      multiply(2 * weightBits),
      "assumed: a multiplier of twice the weight",
    ],
    ["probabilityValueMultiplies", "outputComputation", "compute", multiply(width), "as in Q·K"],
    ["probabilityValueAdds", "outputComputation", "compute", add(2 * width), "as in Q·K"],
    ["exponentTableReadBits", "exponent", "sram", fifoBit, "a table of 256 entries, as a FIFO"],
    ["exponentMultiplies", "exponent", "compute", multiply(weightBits + 1), "8-bit multiplier × (width/8)²"],
    ["exponentAdds", "exponent", "compute", add(scoreBits(parameters)), "adder of a score"],
    ["sortedKeyWrittenBits", selector, "sram", sortedBit, "Horowitz, by bank capacity; as a read"],
    ["sortedKeyReadBits", selector, "sram", sortedBit, "Horowitz, by bank capacity"],
    ["selectorMultiplies", selector, "compute", multiply(width), "8-bit multiplier × (width/8)²"],
    ["selectorComparisons", selector, "compute", add(2 * width), "adder of a product"],
    ["partialScoreAdds", selector, "compute", add(scoreBits(parameters)), "adder of a score"],
    ["scanComparisons", selector, "compute", add(scoreBits(parameters)), "adder of a score"],
    ["sortComparisons", "columnSorter", "compute", add(width), "adder of a key"],
  ];
  return onChipEnergies(rows);
}

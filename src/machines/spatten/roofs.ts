import { OPERATIONS_PER_MULTIPLY_ACCUMULATE } from "../../base/units.ts";
import type { MachineRoofs } from "../machine.ts";
import type { SpattenParameters } from "./parameters.ts";

/** Modules with as many multipliers each: Q·K and prob·V. */
const MATRIX_MODULES = 2;

/** Peak of both matrix modules, and of all DRAM channels. */
export function spattenRoofs({
  clockGigahertz,
  multiplierCountPerModule,
  dram: { channelCount, bytesPerCyclePerChannel },
}: Pick<SpattenParameters, "clockGigahertz" | "multiplierCountPerModule" | "dram">): MachineRoofs {
  return {
    gigaoperationsPerSecond:
      MATRIX_MODULES * multiplierCountPerModule * OPERATIONS_PER_MULTIPLY_ACCUMULATE * clockGigahertz,
    gigabytesPerSecond: channelCount * bytesPerCyclePerChannel * clockGigahertz,
  };
}

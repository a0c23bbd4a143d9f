import type { SimulateOptions } from "../../machines/machine.ts";

/** How a long experiment rests and reports itself: handed on to each simulation. */
export type RestOptions = Pick<SimulateOptions, "checkpoint" | "onProgress">;

import type { Registry } from "../../base/registry.ts";
import type { CostName } from "../evaluation/savings.ts";

/** What a plan can be cheap in. */
export interface Objective {
  readonly id: string;
  readonly title: string;
  readonly cost: CostName;
}

/** The costs of an evaluation's savings, by the names that the command line has for them. */
export const objectives: Registry<Objective> = [
  { id: "dram", title: "DRAM bytes", cost: "dramBytes" },
  { id: "energy", title: "energy", cost: "energyPicojoules" },
  { id: "operations", title: "attention operations", cost: "attentionOperations" },
  { id: "cycles", title: "cycles", cost: "cycles" },
  { id: "time", title: "measured time", cost: "measuredMilliseconds" },
];

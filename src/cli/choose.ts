import type { Machine } from "../machines/machine.ts";
import { machineFromConfig } from "../machines/spatten/machine.ts";
import { type PruningPlan, parsePlan } from "../pruning/plan.ts";
import type { Spatten } from "../spatten.ts";
import { isFileName, readConfigFile } from "./config-file.ts";

/** The machine of `--machine NAME|FILE`. @throws SpattenError `config`, `input`. */
export async function chooseMachine(value: string): Promise<string | Machine> {
  return isFileName(value) ? machineFromConfig(await readConfigFile(value), value) : value;
}

/** The plan of `--plan NAME|FILE`. @throws SpattenError `config`, `input`. */
export async function choosePlan(spatten: Spatten, value: string): Promise<PruningPlan> {
  return isFileName(value) ? parsePlan(await readConfigFile(value), value) : spatten.plan(value);
}

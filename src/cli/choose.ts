import type { Machine } from "../machines/machine.ts";
import { type PruningPlan, parsePlan } from "../pruning/plan.ts";
import type { Spatten } from "../spatten.ts";
import { isFileName, readConfigFile } from "./config-file.ts";

/** The machine of `--machine NAME|FILE`. @throws SpattenError `config`, `input`. */
export async function chooseMachine(spatten: Spatten, value: string): Promise<Machine> {
  if (!isFileName(value)) return spatten.machine(value);
  return spatten.machine((await readConfigFile(value)) as { extends: string }, value);
}

/** The plan of `--plan NAME|FILE`. @throws SpattenError `config`, `input`. */
export async function choosePlan(spatten: Spatten, value: string): Promise<PruningPlan> {
  return isFileName(value) ? parsePlan(await readConfigFile(value), value) : spatten.plan(value);
}

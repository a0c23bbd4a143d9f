import type { Registry } from "../base/registry.ts";
import type { Machine } from "./machine.ts";
import { spattenMachines } from "./spatten/machine.ts";

/** Every machine that is built in. */
export const machines: Registry<Machine> = [...spattenMachines];

import type { Registry } from "../base/registry.ts";
import { bertBehaviouralMachines } from "./bert-behavioural/machine.ts";
import type { Machine } from "./machine.ts";
import { spattenMachines } from "./spatten/machine.ts";
import { releaseMachines } from "./spatten-release/release-machine.ts";

/** Every machine that is built in. */
export const machines: Registry<Machine> = [
  ...spattenMachines,
  ...releaseMachines,
  ...bertBehaviouralMachines,
];

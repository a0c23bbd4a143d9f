import type { Registry } from "../base/registry.ts";
import { a3Machines } from "./a3/machine.ts";
import { bertBehaviouralMachines } from "./bert-behavioural/machine.ts";
import type { Machine } from "./machine.ts";
import { mnnfastMachines } from "./mnnfast/machine.ts";
import { platformMachines } from "./platforms/machine.ts";
import { spattenMachines } from "./spatten/machine.ts";
import { releaseMachines } from "./spatten-release/release-machine.ts";
import { thisCpu } from "./this-cpu/machine.ts";

/** Every machine that is built in. */
export const machines: Registry<Machine> = [
  ...spattenMachines,
  ...releaseMachines,
  ...bertBehaviouralMachines,
  ...a3Machines,
  ...mnnfastMachines,
  ...platformMachines,
  thisCpu,
];

import type { Registry } from "../base/registry.ts";
import { a3MachinesFrom } from "./a3/machine.ts";
import { type Anchor, anchors as publishedAnchors } from "./anchors.ts";
import { bertBehaviouralMachines } from "./bert-behavioural/machine.ts";
import type { Machine } from "./machine.ts";
import { mnnfastMachinesFrom } from "./mnnfast/machine.ts";
import { platformMachinesFrom } from "./platforms/machine.ts";
import { spattenMachines } from "./spatten/machine.ts";
import { releaseMachines } from "./spatten-release/release-machine.ts";
import { thisCpu } from "./this-cpu/machine.ts";

/** Every machine that is built in. */
export const machines: Registry<Machine> = machinesFrom(publishedAnchors);

/** The same machines where other numbers had been published; the calibrated energy of `spatten` keeps its own. */
export function machinesFrom(anchors: readonly Anchor[]): Registry<Machine> {
  return [
    ...spattenMachines,
    ...releaseMachines,
    ...bertBehaviouralMachines,
    ...a3MachinesFrom(anchors),
    ...mnnfastMachinesFrom(anchors),
    ...platformMachinesFrom(anchors),
    thisCpu,
  ];
}

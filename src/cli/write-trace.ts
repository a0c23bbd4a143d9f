import type { MachineReport } from "../machines/machine-report.ts";
import type { RunObserver } from "../machines/run-observer.ts";
import { writeFileAtomically } from "../platform/node/atomic-write.ts";
import { createTraceCollector } from "../report/chrome-trace.ts";

/** Runs a report's simulation once more under observation, and writes its trace, whole or not at all. */
export async function writeTrace(
  file: string,
  { machine, workload, seconds, cycles }: MachineReport,
  simulate: (observer: RunObserver) => Promise<MachineReport>,
): Promise<void> {
  const collector = createTraceCollector();
  await simulate(collector.observer);
  const nanosecondsPerCycle = Number(((seconds * 1e9) / cycles).toPrecision(6));
  const title = `${machine} on ${workload}, 1 cycle = ${nanosecondsPerCycle} ns`;
  await writeFileAtomically(file, collector.pieces(title, nanosecondsPerCycle));
}

import type { WorkloadHeader } from "../../workload/attention-workload.ts";
import type { MachineCounters } from "./counters.ts";
import type { MachineRun, Phase } from "./jobs.ts";
import { denseOperations } from "./operations.ts";
import { createTally, type Tally } from "./tally.ts";

/** Time and work of a phase, a layer or the whole run; how time is kept is the fidelity's own. */
export interface ReportPart<Time> {
  readonly time: Time;
  readonly tally: Tally;
}

/** The parts that a report tells apart: what is spent on a layer's run goes to three of them. */
export interface ReportParts<Time> {
  readonly whole: ReportPart<Time>;
  /** The whole, the phase and the layer that a run belongs to. */
  of(run: Pick<MachineRun, "layer" | "phase">): readonly ReportPart<Time>[];
  /** Phases that took time, and layers in order. */
  reports(boundOf: (time: Time) => string): Pick<MachineCounters, "phases" | "layers">;
}

/** Empty parts, each with the dense-equivalent operations of its attention, if any; those of other jobs come with them. */
export function createReportParts<Time extends { readonly cycles: number }>(
  header: WorkloadHeader,
  hasAttention: boolean,
  iteration: number | undefined,
  createTime: () => Time,
): ReportParts<Time> {
  const createPart = (denseEquivalent: number): ReportPart<Time> => ({
    time: createTime(),
    tally: createTally(denseEquivalent),
  });
  const denseOf = (phase: Phase): number => (hasAttention ? denseOperations(header, phase, iteration) : 0);
  const summarizationDense = denseOf("summarization");
  const generationDense = denseOf("generation");
  const dense = summarizationDense + generationDense;
  const whole = createPart(dense);
  const phases: Readonly<Record<Phase, ReportPart<Time>>> = {
    summarization: createPart(summarizationDense),
    generation: createPart(generationDense),
  };
  const layers = new Map<number, ReportPart<Time>>();
  return {
    whole,
    of: (run) => {
      const layer = layers.get(run.layer) ?? createPart(dense / header.model.layerCount);
      layers.set(run.layer, layer);
      return [whole, phases[run.phase], layer];
    },
    reports: (boundOf) => ({
      phases: (["summarization", "generation"] as const).flatMap((phase) => {
        const { time, tally } = phases[phase];
        return time.cycles === 0 ? [] : [{ phase, cycles: time.cycles, ...tally }];
      }),
      layers: [...layers]
        .sort(([left], [right]) => left - right)
        .map(([layer, { time, tally }]) => ({ layer, cycles: time.cycles, ...tally, bound: boundOf(time) })),
    }),
  };
}

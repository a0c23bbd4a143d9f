import { finish, type Steps } from "../../base/checkpoint.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { analyticalAssumptions } from "./assumptions.ts";
import type { MachineCounters } from "./counters.ts";
import { countEvents, noEvents } from "./events.ts";
import { layerRuns, type Phase } from "./jobs.ts";
import { spendLayer } from "./layer-time.ts";
import { denseOperations } from "./operations.ts";
import type { SpattenParameters } from "./parameters.ts";
import { createTally, type Tally, tallyHead } from "./tally.ts";
import { addTimeline, boundOf, createTimeline, type Timeline, unitTimes } from "./timeline.ts";
import { dramCommandsOf, type HeadTraffic, headTraffic } from "./traffic.ts";

/** Time and work of a phase, a layer or the whole run. */
interface Part {
  readonly timeline: Timeline;
  readonly tally: Tally;
}

/**
 * Closed-form counters of a workload: each layer is a fill, its heads at the pace of their slowest stage, and a drain.
 * @throws SpattenError `workload` for jobs that the machine cannot run, `config` where a head is wider than a module.
 */
export function* analyticalSteps(
  parameters: SpattenParameters,
  workload: AttentionWorkload,
  iteration?: number,
): Steps<MachineCounters> {
  const { header } = workload;
  const { headDimension, layerCount } = header.model;
  const runs = layerRuns(workload, iteration);
  const summarizationDense = denseOperations(header, "summarization", iteration);
  const generationDense = denseOperations(header, "generation", iteration);
  const dense = summarizationDense + generationDense;
  const whole = createPart(dense);
  const phases: Readonly<Record<Phase, Part>> = {
    summarization: createPart(summarizationDense),
    generation: createPart(generationDense),
  };
  const layers = new Map<number, Part>();
  const events = noEvents();
  const dramCommands = { activates: 0, reads: 0, writes: 0 };
  const bufferings = new Set<HeadTraffic["buffering"]>();

  for (const [done, run] of runs.entries()) {
    const layer = layers.get(run.layer) ?? createPart(dense / layerCount);
    layers.set(run.layer, layer);
    const parts = [whole, phases[run.phase], layer];
    const traffics = run.jobs.map((job) => headTraffic(parameters, header, run.phase, job));
    const spent = createTimeline();
    spendLayer(spent, parameters, headDimension, run, traffics);
    for (const part of parts) addTimeline(part.timeline, spent);
    for (const [index, job] of run.jobs.entries()) {
      const traffic = traffics[index]!;
      for (const part of parts) tallyHead(part.tally, headDimension, job, traffic);
      countEvents(events, parameters, headDimension, job, traffic);
      const { activates, reads, writes } = dramCommandsOf(traffic);
      dramCommands.activates += activates;
      dramCommands.reads += reads;
      dramCommands.writes += writes;
      if (run.phase === "summarization") bufferings.add(traffic.buffering);
    }
    yield { stage: "layers", done: done + 1, total: runs.length };
  }

  return {
    cycles: whole.timeline.cycles,
    ...whole.tally,
    dramCommands,
    phases: (["summarization", "generation"] as const).flatMap((phase) => {
      const { timeline, tally } = phases[phase];
      return timeline.cycles === 0 ? [] : [{ phase, cycles: timeline.cycles, ...tally }];
    }),
    layers: [...layers]
      .sort(([left], [right]) => left - right)
      .map(([layer, { timeline, tally }]) => ({
        layer,
        cycles: timeline.cycles,
        ...tally,
        bound: boundOf(timeline),
      })),
    units: unitTimes(whole.timeline),
    events,
    bound: boundOf(whole.timeline),
    assumptions: analyticalAssumptions(parameters, header, bufferings),
  };
}

/** The same in one go. */
export function analyticalCounters(...input: Parameters<typeof analyticalSteps>): MachineCounters {
  return finish(analyticalSteps(...input));
}

function createPart(denseEquivalent: number): Part {
  return { timeline: createTimeline(), tally: createTally(denseEquivalent) };
}

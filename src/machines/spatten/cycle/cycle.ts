import { finish, type Steps } from "../../../base/checkpoint.ts";
import type { DramChannel } from "../../../hardware/dram/dram-channel.ts";
import type { WorkloadSource } from "../../../workload/workload-source.ts";
import type { Buffering } from "../buffering.ts";
import type { MachineCounters } from "../counters.ts";
import { countEvents, noEvents } from "../events.ts";
import { fullyConnectedAssumptions } from "../fully-connected/assumptions.ts";
import { machineRuns, runGroups } from "../jobs.ts";
import type { SpattenParameters } from "../parameters.ts";
import { createReportParts } from "../report-parts.ts";
import { surveySteps } from "../survey.ts";
import { tallyHead } from "../tally.ts";
import { dramCommandsOf, headTraffic } from "../traffic.ts";
import { cycleAssumptions } from "./assumptions.ts";
import { createChannels } from "./channels.ts";
import { fullyConnectedSteps } from "./fully-connected/steps.ts";
import {
  createWeightExtent,
  extendWeights,
  WeightLayout,
  weightAssumptions,
} from "./fully-connected/weight-layout.ts";
import { LayerMachine } from "./layer-machine.ts";
import { planLayers } from "./layer-plan.ts";
import { createLayoutExtent, extendLayout, Layout } from "./layout.ts";
import { Ledger } from "./ledger.ts";
import { Memory } from "./memory.ts";
import type { CycleOptions } from "./options.ts";

/**
 * Counters of a workload, cycle by cycle: every DRAM command, every line of scores. Bytes and operations are those of the
 * analytical fidelity, by the same functions; cycles, stalls and DRAM commands and the passes of top-k come from the simulation.
 * @throws SpattenError `workload` for jobs that the machine cannot run, `config` where parameters do not fit.
 */
export function* cycleSteps(
  parameters: SpattenParameters,
  workload: WorkloadSource,
  iteration?: number,
  options: CycleOptions = {},
): Steps<MachineCounters> {
  const { header } = workload;
  const { headDimension, unprunedLength } = header.model;
  const layoutExtent = createLayoutExtent(header);
  const weightExtent = createWeightExtent();
  const survey = yield* surveySteps(parameters, workload, iteration, (job) => {
    extendLayout(layoutExtent, job);
    extendWeights(weightExtent, parameters, job);
  });
  const { runCount } = survey;
  const parts = createReportParts(header, survey.hasAttention, iteration, () => new Ledger());
  const events = noEvents();
  const bufferings = new Set<Buffering>();
  const layout = new Layout(parameters, header, layoutExtent);
  const memory = new Memory(
    createChannels(parameters, options),
    parameters,
    options.jumps ?? true,
    options.observer?.channel,
  );
  const weights = new WeightLayout(parameters, weightExtent, layout.endBlock);
  const seed = options.seed ?? 0;
  const context = { parameters, headDimension, layout, seed, unprunedLength };
  let cycle = 0;
  let writeCount = 0;

  let done = 0;
  const runs = machineRuns(parameters, workload, iteration);
  for (const group of runGroups(runs, parameters.layerBarrier)) {
    if (group === undefined) {
      yield { stage: "layers", done, total: runCount };
      continue;
    }
    if (group.kind === "fully-connected") {
      const { run } = group;
      const place = { parameters, header, run, weights, memory, cycle, options };
      const end = yield* fullyConnectedSteps(place, parts.of(run), events, done++, runCount);
      cycle = end.cycle;
      writeCount += end.writeCount;
      continue;
    }
    const traffics = group.runs.map((run) =>
      run.jobs.map((job) => headTraffic(parameters, header, run.phase, job)),
    );
    const plan = planLayers(context, group.runs, traffics);
    const machine = new LayerMachine(context, group.runs, plan, memory, cycle, options);
    while (!machine.advance()) yield { stage: "layers", done, total: runCount };
    cycle = machine.cycle;
    let head = 0;
    for (const [place, run] of group.runs.entries()) {
      const shares = parts.of(run);
      for (const part of shares) part.time.add(machine.ledgers[place]!);
      for (const [index, job] of run.jobs.entries()) {
        const traffic = traffics[place]![index]!;
        for (const part of shares) tallyHead(part.tally, headDimension, job, traffic);
        countEvents(events, parameters, headDimension, job, traffic, plan.heads[head++]!.topKItems);
        writeCount += dramCommandsOf(traffic).writes;
        if (run.phase === "summarization") bufferings.add(traffic.buffering);
      }
    }
    done += group.runs.length;
    yield { stage: "layers", done, total: runCount };
  }

  memory.settle(cycle, writeCount);
  const dramCommands = commandsOf(memory.channels);
  events.dramActivates = dramCommands.activates!;
  return {
    cycles: parts.whole.time.cycles,
    ...parts.whole.tally,
    dramCommands,
    ...parts.reports((ledger) => ledger.bound()),
    units: parts.whole.time.units(),
    events,
    bound: parts.whole.time.bound(),
    assumptions: [
      ...cycleAssumptions(parameters, header, bufferings, options),
      ...fullyConnectedAssumptions(parameters, survey),
      ...weightAssumptions(survey),
    ],
  };
}

/** The same in one go. */
export function cycleCounters(...input: Parameters<typeof cycleSteps>): MachineCounters {
  return finish(cycleSteps(...input));
}

function commandsOf(channels: readonly DramChannel[]): Record<string, number> {
  const names = ["activates", "reads", "writes", "precharges", "prechargesAll", "refreshes"] as const;
  const total = Object.fromEntries(names.map((name) => [name, 0])) as Record<(typeof names)[number], number>;
  for (const channel of channels) {
    const counters = channel.counters();
    for (const name of names) total[name] += counters[name];
  }
  return total;
}

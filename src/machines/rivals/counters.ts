import { finish, type Steps } from "../../base/checkpoint.ts";
import type { DramChannel } from "../../hardware/dram/dram-channel.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import type { MachineReport, PreprocessReport } from "../machine-report.ts";
import type { MachineCounters } from "../spatten/counters.ts";
import { createChannels } from "../spatten/cycle/channels.ts";
import { Memory } from "../spatten/cycle/memory.ts";
import type { CycleOptions } from "../spatten/cycle/options.ts";
import { createReportParts } from "../spatten/report-parts.ts";
import { RivalLayerMachine } from "./cycle/layer-machine.ts";
import { RivalLayout } from "./cycle/layout.ts";
import type { EventCounts, RivalDesign } from "./design.ts";
import { countTransactions } from "./fetcher-events.ts";
import { spendLayer, timedUnits } from "./layer-time.ts";
import { type LoadTraffic, loadsOf, loadTraffic, type RivalLoad, tileCountOf } from "./loads.ts";
import { tallyLoad } from "./tally.ts";
import { RivalTimeline } from "./timeline.ts";
import { type RivalLayer, rivalLayers } from "./work.ts";

/** What either fidelity yields, before energy, area and seconds. */
export interface RivalCounters extends MachineCounters {
  readonly preprocess: Omit<PreprocessReport, "energyPicojoules" | "seconds">;
  /** Events of preprocessing, whether they are counted or not. */
  readonly preprocessEvents: EventCounts;
}

/**
 * Counters of a workload on a rival, at either fidelity: the same loads, passes, bytes and operations; cycles and DRAM
 * commands from a closed form or from the modules and the DRAM, clocked.
 * @throws SpattenError `workload` for jobs that the machine cannot run, `config` where parameters do not fit.
 */
export function* rivalSteps(
  design: RivalDesign,
  fidelity: MachineReport["fidelity"],
  workload: WorkloadSource,
  iteration?: number,
  options: CycleOptions = {},
): Steps<RivalCounters> {
  const { header } = workload;
  const { headDimension } = header.model;
  const { parameters } = design;
  const survey = yield* surveySteps(design, workload, iteration);
  const units = timedUnits(design);
  const parts = createReportParts(header, true, iteration, () => new RivalTimeline(units));
  const noCounts = (): EventCounts => Object.fromEntries(design.eventNames.map((name) => [name, 0]));
  const [events, preprocessEvents] = [noCounts(), noCounts()];
  const estimated = { activates: 0, reads: 0, writes: 0 };
  let preprocessCycles = 0;
  const layout = new RivalLayout(parameters, headDimension, survey);
  const memory =
    fidelity === "cycle"
      ? new Memory(
          createChannels(parameters, options),
          parameters,
          options.jumps ?? true,
          options.observer?.channel,
        )
      : undefined;
  let [cycle, done] = [0, 0];

  for (const layer of rivalLayers(design.title, parameters, workload, iteration)) {
    if (layer === undefined) {
      yield { stage: "layers", done, total: survey.layerCount };
      continue;
    }
    const shares = parts.of(layer);
    const see = (load: RivalLoad, traffic: LoadTraffic): void => {
      for (const part of shares) tallyLoad(part.tally, headDimension, load, traffic);
      const { query, key, value, output } = traffic;
      estimated.reads += query.transactionCount + key.transactionCount + value.transactionCount;
      estimated.writes += output.transactionCount;
      for (const stream of [query, key, value, output]) estimated.activates += stream.activateCount;
      countTransactions(events, parameters, traffic);
      design.countLoad(events, headDimension, load.keyCount, load.groups);
      design.countPreprocess(preprocessEvents, headDimension, load.keyCount);
      preprocessCycles += load.preprocessCycles;
    };
    let spent: RivalTimeline;
    if (memory === undefined) {
      spent = new RivalTimeline(units, cycle, options.observer);
      spendLayer(spent, design, headDimension, loadsOfLayer(design, headDimension, layer), see);
      cycle += spent.cycles;
    } else {
      const loads = seen(loadsOfLayer(design, headDimension, layer), (load) =>
        see(load, loadTraffic(parameters, headDimension, load)),
      );
      const machine = new RivalLayerMachine(design, layout, memory, loads, cycle, options);
      while (!machine.advance()) yield { stage: "layers", done, total: survey.layerCount };
      spent = machine.timeline;
      cycle = machine.cycle;
    }
    for (const part of shares) part.time.add(spent);
    yield { stage: "layers", done: ++done, total: survey.layerCount };
  }

  memory?.settle(cycle, estimated.writes);
  const dramCommands = memory === undefined ? estimated : commandsOf(memory.channels);
  events.dramActivates = dramCommands.activates!;
  if (design.countsPreprocess) {
    for (const [name, count] of Object.entries(preprocessEvents)) events[name]! += count;
  }
  return {
    cycles: parts.whole.time.cycles,
    ...parts.whole.tally,
    dramCommands,
    ...parts.reports((time) => time.bound()),
    units: parts.whole.time.unitTimes(),
    events,
    bound: parts.whole.time.bound(),
    preprocess: { cycles: preprocessCycles, isCounted: design.countsPreprocess },
    preprocessEvents,
    assumptions: design.assumptions,
  };
}

/** The same in one go. */
export function rivalCounters(...input: Parameters<typeof rivalSteps>): RivalCounters {
  return finish(rivalSteps(...input));
}

/** Rows and heads that the layout must hold, and layers to come; refuses what cannot run before anything is simulated. */
function* surveySteps(
  design: RivalDesign,
  workload: WorkloadSource,
  iteration: number | undefined,
): Steps<{ rowCount: number; headCount: number; layerCount: number }> {
  let [rowCount, headCount, layerCount] = [1, 1, 0];
  for (const layer of rivalLayers(design.title, design.parameters, workload, iteration)) {
    for (const head of layer?.heads ?? []) {
      rowCount = Math.max(rowCount, head.queryCount, head.keyCount);
      headCount = Math.max(headCount, head.head + 1);
      tileCountOf(design, head);
    }
    if (layer !== undefined) layerCount++;
    yield { stage: "layers looked at", done: layerCount, total: workload.header.model.layerCount };
  }
  return { rowCount, headCount, layerCount };
}

function* loadsOfLayer(
  design: RivalDesign,
  headDimension: number,
  { heads }: RivalLayer,
): Generator<RivalLoad> {
  for (const head of heads) yield* loadsOf(design, headDimension, head);
}

function* seen(loads: Iterable<RivalLoad>, see: (load: RivalLoad) => void): Generator<RivalLoad> {
  for (const load of loads) {
    see(load);
    yield load;
  }
}

function commandsOf(channels: readonly DramChannel[]): Record<string, number> {
  const names = [
    "activates",
    "reads",
    "writes",
    "precharges",
    "prechargesAll",
    "refreshes",
    "forwardedReads",
  ] as const;
  const rows = names.map((name) => {
    const total = channels.reduce((sum, channel) => sum + channel.counters()[name], 0);
    return [name, total] as const;
  });
  return Object.fromEntries(rows);
}

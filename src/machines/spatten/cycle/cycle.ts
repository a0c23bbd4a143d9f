import { finish, type Steps } from "../../../base/checkpoint.ts";
import type { DramChannel } from "../../../hardware/dram/dram-channel.ts";
import type { AttentionWorkload } from "../../../workload/attention-workload.ts";
import type { Buffering } from "../buffering.ts";
import type { MachineCounters } from "../counters.ts";
import { countEvents, noEvents } from "../events.ts";
import { layerRuns, type Phase } from "../jobs.ts";
import { denseOperations } from "../operations.ts";
import type { SpattenParameters } from "../parameters.ts";
import { createTally, type Tally, tallyHead } from "../tally.ts";
import { headTraffic } from "../traffic.ts";
import { cycleAssumptions } from "./assumptions.ts";
import { createChannels } from "./channels.ts";
import { LayerMachine } from "./layer-machine.ts";
import { planLayer } from "./layer-plan.ts";
import { Layout } from "./layout.ts";
import { Ledger } from "./ledger.ts";
import { Memory } from "./memory.ts";
import type { CycleOptions } from "./options.ts";

/** Time and work of a phase, a layer or the whole run. */
interface Part {
  readonly ledger: Ledger;
  readonly tally: Tally;
}

/**
 * Counters of a workload, cycle by cycle: every DRAM command, every line of scores. Bytes and operations are those of the
 * analytical fidelity, by the same functions; cycles, stalls and DRAM commands come from the simulation.
 * @throws SpattenError `workload` for jobs that the machine cannot run, `config` where parameters do not fit.
 */
export function* cycleSteps(
  parameters: SpattenParameters,
  workload: AttentionWorkload,
  iteration?: number,
  options: CycleOptions = {},
): Steps<MachineCounters> {
  const { header } = workload;
  const { headDimension, layerCount, unprunedLength } = header.model;
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
  const bufferings = new Set<Buffering>();
  const layout = new Layout(parameters, workload);
  const memory = new Memory(createChannels(parameters, options), parameters, options.jumps ?? true);
  const seed = options.seed ?? 0;
  let cycle = 0;
  let writeCount = 0;

  for (const [done, run] of runs.entries()) {
    const layer = layers.get(run.layer) ?? createPart(dense / layerCount);
    layers.set(run.layer, layer);
    const parts = [whole, phases[run.phase], layer];
    const traffics = run.jobs.map((job) => headTraffic(parameters, header, run.phase, job));
    const storedRows = unprunedLength + run.iteration;
    const context = { parameters, headDimension, layout, seed, storedRows };
    const plan = planLayer(context, run, traffics);
    const machine = new LayerMachine(context, run, plan, memory, cycle, options);
    while (!machine.advance()) yield { stage: "layers", done, total: runs.length };
    cycle = machine.cycle;
    for (const part of parts) part.ledger.add(machine.ledger);
    for (const [index, job] of run.jobs.entries()) {
      const traffic = traffics[index]!;
      for (const part of parts) tallyHead(part.tally, headDimension, job, traffic);
      countEvents(events, parameters, headDimension, job, traffic);
      writeCount += Math.ceil(traffic.output.transactionCount);
      if (run.phase === "summarization") bufferings.add(traffic.buffering);
    }
    yield { stage: "layers", done: done + 1, total: runs.length };
  }

  memory.settle(cycle, writeCount);
  const dramCommands = commandsOf(memory.channels);
  events.dramActivates = dramCommands.activates!;
  return {
    cycles: whole.ledger.cycles,
    ...whole.tally,
    dramCommands,
    phases: (["summarization", "generation"] as const).flatMap((phase) => {
      const { ledger, tally } = phases[phase];
      return ledger.cycles === 0 ? [] : [{ phase, cycles: ledger.cycles, ...tally }];
    }),
    layers: [...layers]
      .sort(([left], [right]) => left - right)
      .map(([layer, { ledger, tally }]) => ({
        layer,
        cycles: ledger.cycles,
        ...tally,
        bound: ledger.bound(),
      })),
    units: whole.ledger.units(),
    events,
    bound: whole.ledger.bound(),
    assumptions: cycleAssumptions(parameters, header, bufferings, options),
  };
}

/** The same in one go. */
export function cycleCounters(...input: Parameters<typeof cycleSteps>): MachineCounters {
  return finish(cycleSteps(...input));
}

function createPart(denseEquivalent: number): Part {
  return { ledger: new Ledger(), tally: createTally(denseEquivalent) };
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

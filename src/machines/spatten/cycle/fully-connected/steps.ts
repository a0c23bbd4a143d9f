import type { Steps } from "../../../../base/checkpoint.ts";
import { SpattenError } from "../../../../base/errors.ts";
import type { WorkloadHeader } from "../../../../workload/attention-workload.ts";
import type { EventCounts } from "../../events.ts";
import { countFullyConnected } from "../../fully-connected/events.ts";
import { type FullyConnectedPlan, planFullyConnected } from "../../fully-connected/plan.ts";
import { tallyFullyConnected } from "../../fully-connected/tally.ts";
import { fullyConnectedTraffic } from "../../fully-connected/traffic.ts";
import type { FullyConnectedRun } from "../../jobs.ts";
import type { SpattenParameters } from "../../parameters.ts";
import type { ReportPart } from "../../report-parts.ts";
import { Ledger, type UnitWaits } from "../ledger.ts";
import type { Memory } from "../memory.ts";
import type { CycleOptions } from "../options.ts";
import { fetcherWait } from "../waits.ts";
import { FullyConnectedUnit } from "./fully-connected-unit.ts";
import type { WeightLayout } from "./weight-layout.ts";

/** A fully connected job, and the machine that it finds. */
export interface FullyConnectedPlace {
  readonly parameters: SpattenParameters;
  readonly header: WorkloadHeader;
  readonly run: FullyConnectedRun;
  readonly weights: WeightLayout;
  readonly memory: Memory;
  readonly cycle: number;
  readonly options: CycleOptions;
}

/** Cycles between two rests. */
const STEP_CYCLES = 1 << 15;

/**
 * One fully connected layer, from its first request to the last accepted output; adds it to the parts of the report and to
 * the events, and returns the cycle after it and its writes. @throws SpattenError `config` where it does not fit.
 */
export function* fullyConnectedSteps(
  place: FullyConnectedPlace,
  shares: readonly ReportPart<Ledger>[],
  events: EventCounts,
  done: number,
  total: number,
): Steps<{ readonly cycle: number; readonly writeCount: number }> {
  const { parameters, header, run, memory } = place;
  const plan = planFullyConnected(parameters, run.job);
  const traffic = fullyConnectedTraffic(parameters, plan);
  const unit = new FullyConnectedUnit(parameters, plan, traffic, memory, place.weights);
  const ledger = new Ledger(place.cycle, place.options.observer);
  const lastCycle = place.cycle + mostCycles(plan, traffic.commands);
  let { cycle } = place;
  let restCycle = cycle + STEP_CYCLES;
  while (!unit.isOver(cycle)) {
    const next = clock(unit, memory, cycle, ledger, place.options.jumps ?? true);
    if (next > lastCycle) fail(run, unit, memory, cycle);
    cycle = next;
    if (cycle < restCycle) continue;
    restCycle = cycle + STEP_CYCLES;
    yield { stage: "layers", done, total };
  }
  for (const { time, tally } of shares) {
    time.add(ledger);
    tallyFullyConnected(tally, header, plan, traffic);
  }
  countFullyConnected(events, parameters, plan, traffic);
  yield { stage: "layers", done: done + 1, total };
  return { cycle, writeCount: traffic.commands.writes };
}

/** One cycle, or all up to the next in which something can move; returns the cycle after. */
function clock(
  unit: FullyConnectedUnit,
  memory: Memory,
  cycle: number,
  ledger: Ledger,
  jumps: boolean,
): number {
  const memoryMoves = memory.decide(cycle);
  const unitMoves = unit.decide(cycle);
  const cause = unit.isBusy ? "fullyConnected" : unit.cause;
  let next = cycle + 1;
  if (memoryMoves || unitMoves || !jumps) {
    memory.apply(cycle);
    unit.apply(cycle);
  } else {
    memory.hasMoved = false;
    next = Math.min(memory.nextEvent(), unit.nextEvent(cycle));
  }
  const product = unit.isBusy ? undefined : cause;
  const waits: UnitWaits = {
    qkvFetcher: fetcherWait(memory, cause),
    queryKeyProduct: product,
    softmax: cause,
    topK: cause,
    probabilityValueProduct: product,
  };
  ledger.spend(next - cycle, waits, cause);
  return next;
}

/** More than any job can take: each access with a closed row and a refresh, one behind the other, and all lines. */
function mostCycles(
  plan: FullyConnectedPlan,
  commands: { readonly reads: number; readonly writes: number },
): number {
  const perAccess = 100;
  const perGroup = 20_000;
  const lines = plan.job.vectorCount * plan.lineCount;
  return lines + perAccess * (commands.reads + commands.writes) + perGroup * plan.groupVectorCounts.length;
}

function fail(
  { iteration, layer, job }: FullyConnectedRun,
  unit: FullyConnectedUnit,
  memory: Memory,
  cycle: number,
): never {
  throw new SpattenError("workload", "the machine does not get on: a deadlock, or a bound that is wrong", {
    where: `iteration ${iteration}, layer ${layer}, "${job.name}", cycle ${cycle}`,
    hint: `${memory.describe()}; ${unit.describe()}`,
  });
}

import type { Steps } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { WorkloadHeader, WorkloadJob } from "../../workload/attention-workload.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import type { Fidelity, SeedSpread } from "../machine-report.ts";
import type { MachineCounters } from "./counters.ts";
import { phaseOf } from "./jobs.ts";

/** Results that depend on a draw are told over as many. */
const SEED_COUNT = 5;

/** Whether fidelity `cycle` draws anything for a workload: pivots of a top-k, or rows of a generation without ids. */
function* isDrawnSteps({ header, jobs }: WorkloadSource): Steps<boolean> {
  let done = 0;
  for (const job of jobs) {
    if (isJobDrawn(header, job)) return true;
    yield { stage: "jobs looked at", done: ++done, total: header.jobCount };
  }
  return false;
}

function isJobDrawn(header: WorkloadHeader, job: WorkloadJob): boolean {
  if (job.kind !== "attention") return false;
  if (job.topK.some(({ n, k }) => k < n)) return true;
  return phaseOf(header, job.iteration) === "generation" && job.keyIds?.length !== job.keyCount;
}

/** The seeds of a simulation. @throws SpattenError `usage` for none, or one that is no whole number. */
export function* seedSteps(
  fidelity: Fidelity,
  workload: WorkloadSource,
  asked: readonly number[] | undefined,
): Steps<readonly number[]> {
  const bad = asked?.find((seed) => !Number.isSafeInteger(seed) || seed < 0);
  if (bad !== undefined || asked?.length === 0) {
    throw new SpattenError("usage", "seeds must be whole numbers, at least one", {
      where: "seeds",
      got: asked?.length === 0 ? "none" : String(bad),
      expected: "whole numbers from 0 on",
    });
  }
  if (fidelity !== "cycle") return [asked?.[0] ?? 0];
  if (asked !== undefined) return asked;
  const isDrawn = yield* isDrawnSteps(workload);
  return isDrawn ? Array.from({ length: SEED_COUNT }, (_, seed) => seed) : [0];
}

/** A run with its seed. */
export interface SeededCounters {
  readonly seed: number;
  readonly counters: MachineCounters;
}

/** The run in the middle, by cycles, and how far all of them lie apart; the lower middle of an even number. */
export function medianRun(
  runs: readonly SeededCounters[],
): SeededCounters & { readonly spread?: SeedSpread } {
  const sorted = runs.toSorted((left, right) => left.counters.cycles - right.counters.cycles);
  const median = sorted[Math.floor((sorted.length - 1) / 2)]!;
  if (runs.length === 1) return median;
  const total = runs.reduce((sum, run) => sum + run.counters.cycles, 0);
  return {
    ...median,
    spread: {
      seeds: runs.map(({ seed }) => seed),
      meanCycles: total / runs.length,
      leastCycles: sorted[0]!.counters.cycles,
      mostCycles: sorted.at(-1)!.counters.cycles,
    },
  };
}

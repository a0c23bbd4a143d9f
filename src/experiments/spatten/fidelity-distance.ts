import { restingAt, type Steps } from "../../base/checkpoint.ts";
import { geomean } from "../../base/statistics.ts";
import { analyticalSteps } from "../../machines/spatten/analytical.ts";
import { cycleSteps } from "../../machines/spatten/cycle/cycle.ts";
import type { SpattenParameters } from "../../machines/spatten/parameters.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";

/** A workload under both fidelities. */
export interface FidelityPoint {
  readonly name: string;
  /** Cycles at `cycle` / cycles at `analytical`. */
  readonly cycleOverAnalyticalRatio: number;
}

/** How far the closed form is from the clocked machine over many workloads. */
export interface FidelityDistance {
  readonly points: readonly FidelityPoint[];
  /** Geometric mean of max(r, 1 / r). */
  readonly meanDistanceRatio: number;
  /** The point below whose distance 95 % of them lie, and the farthest. */
  readonly percentile95: FidelityPoint;
  readonly worst: FidelityPoint;
}

const PERCENTILE = 0.95;

/** Cycles of both fidelities over named workloads, at least one, with seed 0. */
export function* fidelityDistance(
  parameters: SpattenParameters,
  workloads: readonly { readonly name: string; readonly workload: AttentionWorkload }[],
): Steps<FidelityDistance> {
  const points: FidelityPoint[] = [];
  for (const [done, { name, workload }] of workloads.entries()) {
    const progress = { stage: "workloads", done, total: workloads.length };
    yield progress;
    const clocked = yield* restingAt(cycleSteps(parameters, workload), progress);
    const closed = yield* restingAt(analyticalSteps(parameters, workload), progress);
    points.push({ name, cycleOverAnalyticalRatio: clocked.cycles / closed.cycles });
  }
  const sorted = points.toSorted((left, right) => distanceOf(left) - distanceOf(right));
  return {
    points,
    meanDistanceRatio: geomean(points.map(distanceOf)),
    percentile95: sorted[Math.ceil(PERCENTILE * points.length) - 1]!,
    worst: sorted.at(-1)!,
  };
}

function distanceOf({ cycleOverAnalyticalRatio: ratio }: FidelityPoint): number {
  return Math.max(ratio, 1 / ratio);
}

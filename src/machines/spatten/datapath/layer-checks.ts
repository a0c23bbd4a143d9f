import { SpattenError } from "../../../base/errors.ts";
import type { Sidecar } from "../../../workload/tensor-sidecar.ts";
import type { LayerRun } from "../jobs.ts";

/** How a workload comes to have the tensors that a computation needs. */
export const RECORD_HINT = "record the workload again: spatten run --workload FILE --tensors";

/** Refuses what cannot be computed, before anything is. @throws SpattenError `workload`. */
export function requireComputable(
  runs: readonly LayerRun[],
  lowBitsBelowProbability: number | undefined,
): void {
  for (const run of runs) {
    if (run.phase === "generation") {
      throw new SpattenError("workload", "only a summarization is computed with its tensors so far", {
        where: placeOf(run),
        got: "a generation",
        hint: "its time and energy can be simulated without them",
      });
    }
    const progressive = run.jobs.find((job) => job.keyLsbBits > 0);
    if (progressive !== undefined && lowBitsBelowProbability === undefined) {
      throw new SpattenError("workload", "nothing says below which probability low bits are fetched", {
        where: `${placeOf(run)}, head ${progressive.head}`,
        expected: 'a progressive plan as metadata "plan" of the tensors',
        hint: RECORD_HINT,
      });
    }
  }
}

/** Ids of the keys of a layer, which its heads share. @throws SpattenError `workload` where they do not. */
export function keyIdsOf(run: LayerRun, tensors: Sidecar): readonly number[] {
  const [first, ...others] = run.jobs.map((job) => job.keyIds ?? Array.from(tensors.keyIds(job)));
  for (const [index, ids] of others.entries()) {
    if (ids.length === first!.length && ids.every((id, place) => id === first![place])) continue;
    throw new SpattenError("workload", "the heads of a layer work on different tokens", {
      where: `${placeOf(run)}, head ${run.jobs[index + 1]!.head} at keyIds`,
      hint: "token scores are added up over the heads of a layer, which must share their keys",
    });
  }
  return first!;
}

/**
 * Places of what the next layer works on among what this one does. @throws SpattenError `workload` for one that had left.
 */
export function placesOf(
  kept: readonly number[],
  among: readonly number[],
  what: "token" | "head",
  run: LayerRun,
): Int32Array {
  const places = new Map(among.map((id, place) => [id, place]));
  return Int32Array.from(kept, (id) => {
    const place = places.get(id);
    if (place !== undefined) return place;
    throw new SpattenError("workload", `a ${what} that had been pruned is back`, {
      where: placeOf(run),
      got: `${what} ${id}`,
      expected: `one of the ${among.length} of the layer before`,
    });
  });
}

function placeOf({ iteration, layer }: LayerRun): string {
  return `iteration ${iteration}, layer ${layer}`;
}

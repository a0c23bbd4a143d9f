import { SpattenError } from "../../base/errors.ts";
import type { WorkloadHeader } from "../../workload/attention-workload.ts";
import { denseKeyCount, denseQueryCount } from "../../workload/workload-checks.ts";
import type { WorkloadSource } from "../../workload/workload-source.ts";
import { type Phase, phaseOf } from "../spatten/jobs.ts";
import type { RivalParameters } from "./parameters.ts";

/** One head of one layer as a rival runs it: all of its keys for all of its queries. */
export interface RivalHead {
  readonly iteration: number;
  readonly layer: number;
  readonly head: number;
  readonly queryCount: number;
  readonly keyCount: number;
}

/** The heads between two barriers: the next layer's Q, K and V come from this one's outputs. */
export interface RivalLayer {
  readonly iteration: number;
  readonly layer: number;
  readonly phase: Phase;
  readonly heads: readonly RivalHead[];
}

/** A header alone can ask for any number of heads; those of a layer are held. */
const MOST_HEADS = 1e7;
const MOST_HEADS_OF_A_LAYER = 1 << 16;

/**
 * The layers that a rival runs; undefined stands for a job after which a reader may rest. Value pruning, widths and low bits
 * of the jobs mean nothing to it.
 * @throws SpattenError `workload` for fully connected layers, heads wider than the multipliers, more heads than can be run, or an iteration without jobs.
 */
export function* rivalLayers(
  title: string,
  parameters: RivalParameters,
  workload: WorkloadSource,
  iteration?: number,
): Generator<RivalLayer | undefined> {
  const { header } = workload;
  requireHeadDimension(title, parameters, header);
  let open: (RivalLayer & { readonly heads: RivalHead[] }) | undefined;
  let hasJobs = false;
  for (const job of workload.jobs) {
    if (job.kind === "fully-connected") {
      throw new SpattenError("workload", `${title} runs attention alone, no fully connected layer`, {
        where: `layer ${job.layer}, "${job.name}"`,
        hint: "machine spatten-e2e runs them; leave these jobs out to simulate the attention alone",
      });
    }
    const isAsked = iteration === undefined || job.iteration === iteration;
    hasJobs ||= isAsked;
    if (!isAsked || parameters.work === "dense") {
      yield undefined;
      continue;
    }
    const { layer, head, queryCount, keyCount } = job;
    const row = { iteration: job.iteration, layer, head, queryCount, keyCount };
    if (open?.iteration === job.iteration && open.layer === layer) {
      open.heads.push(row);
      yield undefined;
      continue;
    }
    const before = open;
    open = { iteration: job.iteration, layer, phase: phaseOf(header, job.iteration), heads: [row] };
    yield before;
  }
  if (open !== undefined) yield open;
  if (!hasJobs) {
    throw new SpattenError("workload", "there is no job to simulate", {
      ...(iteration === undefined ? {} : { where: `iteration ${iteration}` }),
      expected: `jobs of ${header.iterationCount} iterations, counted from 0`,
    });
  }
  if (parameters.work === "dense") yield* denseLayers(header, iteration);
}

/** The header's shape, as if nothing had been pruned. */
function* denseLayers(header: WorkloadHeader, iteration: number | undefined): Generator<RivalLayer> {
  const { layerCount, queryHeadCount } = header.model;
  const first = iteration ?? 0;
  const end = iteration === undefined ? header.iterationCount : iteration + 1;
  const headCount = (end - first) * layerCount * queryHeadCount;
  if (headCount > MOST_HEADS || queryHeadCount > MOST_HEADS_OF_A_LAYER) {
    throw new SpattenError("workload", "the header's shape has more heads than can be run", {
      where: "header",
      got: `${headCount} heads`,
      expected: `at most ${MOST_HEADS}, and ${MOST_HEADS_OF_A_LAYER} in a layer`,
      hint: "iteration by iteration, or with work: jobs",
    });
  }
  for (let index = first; index < end; index++) {
    const phase = phaseOf(header, index);
    const queryCount = denseQueryCount(header, index);
    const keyCount = denseKeyCount(header, index);
    for (let layer = 0; layer < layerCount; layer++) {
      const place = { iteration: index, layer };
      const heads = Array.from({ length: queryHeadCount }, (_, head) => ({
        ...place,
        head,
        queryCount,
        keyCount,
      }));
      yield { ...place, phase, heads };
    }
  }
}

/** @throws SpattenError `workload` where a head does not fit across the multipliers of a module. */
export function requireHeadDimension(
  title: string,
  { multiplierCountPerModule }: RivalParameters,
  { model }: WorkloadHeader,
): void {
  if (model.headDimension <= multiplierCountPerModule) return;
  throw new SpattenError("workload", `heads are wider than the multipliers of a module of ${title}`, {
    where: "header at model.headDimension",
    got: `${model.headDimension} elements`,
    expected: `at most ${multiplierCountPerModule}`,
    hint: "multiplierCountPerModule of the machine's configuration",
  });
}

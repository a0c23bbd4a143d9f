import type { AttentionJob } from "../../workload/attention-workload.ts";
import { type HeadTime, headTime } from "./head-time.ts";
import type { LayerRun } from "./jobs.ts";
import type { SpattenParameters } from "./parameters.ts";
import { topKEvents } from "./query-groups.ts";
import { pipelineDepthCycles } from "./stages.ts";
import { type Segment, spend, type Timeline } from "./timeline.ts";
import { topKCycles } from "./top-k-latency.ts";
import type { HeadTraffic } from "./traffic.ts";

/**
 * Spends the time of one layer: fill, the heads one behind the other, drain, and the cascade's top-k. Without a layer
 * barrier only the first layer fills and only the last one drains, and the cascade's engine works beside.
 */
export function spendLayer(
  timeline: Timeline,
  parameters: SpattenParameters,
  headDimension: number,
  run: LayerRun,
  traffics: readonly HeadTraffic[],
  place: { readonly isFirst: boolean; readonly isLast: boolean },
): void {
  const heads = run.jobs.map((job, index) => headTime(parameters, headDimension, job, traffics[index]!));
  const { layerBarrier } = parameters;
  if (layerBarrier || place.isFirst) spend(timeline, fill(parameters, heads[0]!));
  else if (heads[0]!.loadCycles > 0) spend(timeline, exposedLoad(parameters, heads[0]!));
  for (const [index, head] of heads.entries()) {
    const next = heads[index + 1];
    const bothDoubled =
      next !== undefined &&
      traffics[index]!.buffering === "double" &&
      traffics[index + 1]!.buffering === "double";
    spendHead(timeline, head, bothDoubled ? next.loadCycles : 0);
    if (next !== undefined && !bothDoubled && next.loadCycles > 0) {
      spend(timeline, exposedLoad(parameters, next));
    }
  }
  if (layerBarrier || place.isLast) spend(timeline, drain(parameters, heads.at(-1)!, traffics.at(-1)!));
  if (!layerBarrier) return;
  const cascade = cascadeCycles(parameters, run.jobs);
  if (cascade > 0) spend(timeline, { cycles: cascade, cause: "cascadeTopK", work: { topK: cascade } });
}

/** The first data's way from DRAM, the first head's load, and the registers up to the output. */
function fill(parameters: SpattenParameters, first: HeadTime): Segment {
  const waiting = parameters.dram.latencyCycles + pipelineDepthCycles(parameters);
  return {
    cycles: Math.ceil(waiting + first.loadCycles),
    cause: "fill",
    work: { qkvFetcher: first.loadCycles },
  };
}

/** A head whose K and V could not come while the head before it was computed. */
function exposedLoad(parameters: SpattenParameters, head: HeadTime): Segment {
  return {
    cycles: Math.ceil(parameters.dram.latencyCycles + head.loadCycles),
    cause: "fetch",
    work: { qkvFetcher: head.loadCycles },
  };
}

/** A head's own segments; the fetcher works beside them, as early as it can, and may outlast them. */
function spendHead(timeline: Timeline, head: HeadTime, prefetchCycles: number): void {
  let fetching = Math.ceil(head.fetchCycles + prefetchCycles);
  for (const segment of head.segments) {
    const qkvFetcher = Math.min(fetching, segment.cycles);
    fetching -= qkvFetcher;
    spend(timeline, { ...segment, work: { ...segment.work, qkvFetcher } });
  }
  if (fetching > 0) spend(timeline, { cycles: fetching, cause: "fetch", work: { qkvFetcher: fetching } });
}

/** The last query's remaining stages, and where V is streamed the way of its V from DRAM. */
function drain(parameters: SpattenParameters, last: HeadTime, traffic: HeadTraffic): Segment {
  const valueLatency = traffic.buffering === "streamed" ? parameters.dram.latencyCycles : 0;
  return { cycles: last.leftoverCycles + valueLatency, cause: "drain", work: {} };
}

/** Token and head top-k at the end of a layer: one engine, one after the other. */
function cascadeCycles(parameters: SpattenParameters, jobs: readonly AttentionJob[]): number {
  let cycles = 0;
  for (const job of jobs) {
    for (const event of topKEvents(job, "cascade")) {
      cycles += event.count * Math.ceil(topKCycles(parameters, event.n, event.k));
    }
  }
  return cycles;
}

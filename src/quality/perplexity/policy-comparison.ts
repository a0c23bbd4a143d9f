import { finish } from "../../base/checkpoint.ts";
import { type CacheTraffic, sumOfTraffic } from "../../inference/decoding/cache-traffic.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { type BootstrapOptions, type Interval, pairedBootstrapSteps } from "../metrics/bootstrap.ts";
import type { PlanNats } from "./window-nats.ts";

/** Neighbouring tokens are hard together, so that intervals are drawn over stretches of them. */
export const BLOCK_TOKENS = 64;

/** What a plan of a cache costs and reads, over the scored tokens of all windows. */
export interface PolicyFigures {
  readonly plan: PruningPlan;
  readonly tokenCount: number;
  /** Nats a token, dense and under the plan. */
  readonly denseNats: number;
  readonly nats: number;
  /** Nats a token, plan - dense, paired over blocks of tokens. */
  readonly difference: Interval;
  /** Rows of K that the scored iterations read and the cache held, of those of dense. */
  readonly fetchedRowRatio: number;
  readonly heldRowRatio: number;
  /** Bytes of K and V read in float32, and those that the cache's buffers took at the end of a window at most. */
  readonly fetchedBytes: number;
  readonly cacheBytes: number;
  readonly refetchedRatio: number;
}

/**
 * The figures of each plan beside dense: `windows` holds, for each window, the results of the same plans, dense first.
 * `rowBytes` is what a row of one key and value head takes in float32, K or V.
 */
export function comparePolicies(
  windows: readonly (readonly PlanNats[])[],
  rowBytes: number,
  bootstrap: BootstrapOptions,
): PolicyFigures[] {
  const dense = natsOf(windows, 0);
  const denseTraffic = trafficOf(windows, 0);
  return windows[0]!.map(({ plan }, index) => {
    const nats = natsOf(windows, index);
    const traffic = trafficOf(windows, index);
    const blocks = blocksOf(dense, nats);
    const mean = (of: "dense" | "plan") => (rows: readonly number[]) => {
      let [sum, count] = [0, 0];
      for (const row of rows) {
        sum += blocks[row]![of];
        count += blocks[row]!.count;
      }
      return sum / count;
    };
    const steps = pairedBootstrapSteps(
      { dense: mean("dense"), pruned: mean("plan") },
      blocks.length,
      bootstrap,
    );
    const intervals = finish(steps);
    return {
      plan,
      tokenCount: nats.length,
      ...{ denseNats: intervals.dense.value, nats: intervals.pruned.value, difference: intervals.difference },
      fetchedRowRatio: traffic.fetchedRows / denseTraffic.fetchedRows,
      heldRowRatio: traffic.heldRows / denseTraffic.heldRows,
      fetchedBytes: (traffic.fetchedRows + traffic.valueRows) * rowBytes,
      cacheBytes: Math.max(...windows.map((plans) => plans[index]!.cacheBytes)),
      refetchedRatio: traffic.refetchedQueryCount / traffic.queryCount,
    };
  });
}

function natsOf(windows: readonly (readonly PlanNats[])[], index: number): Float64Array {
  return Float64Array.from(windows.flatMap((plans) => Array.from(plans[index]!.nats)));
}

function trafficOf(windows: readonly (readonly PlanNats[])[], index: number): CacheTraffic {
  return sumOfTraffic(windows.map((plans) => plans[index]!.traffic));
}

interface Block {
  readonly dense: number;
  readonly plan: number;
  readonly count: number;
}

function blocksOf(dense: Float64Array, plan: Float64Array): Block[] {
  const blocks: Block[] = [];
  for (let first = 0; first < dense.length; first += BLOCK_TOKENS) {
    const end = Math.min(dense.length, first + BLOCK_TOKENS);
    const sum = (values: Float64Array) =>
      values.subarray(first, end).reduce((total, value) => total + value, 0);
    blocks.push({ dense: sum(dense), plan: sum(plan), count: end - first });
  }
  return blocks;
}

import type { Registry } from "../../base/registry.ts";
import type { CacheTraffic } from "../../inference/decoding/decoder-decisions.ts";
import { forkPrompt } from "../../inference/decoding/fork.ts";
import { type PassOptions, runPass } from "../../inference/decoding/pass.ts";
import { natsOfTokens } from "../../inference/decoding/score-tokens.ts";
import { cacheBytes, createSequence } from "../../inference/decoding/sequence.ts";
import type { DecoderKernels } from "../../inference/engines/decoder-kernels.ts";
import type { DecoderModel } from "../../inference/models/decoder-model.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { CachePolicy } from "../../pruning/policies/policy.ts";

/** A decoder on an engine. */
export interface ScoredDecoder {
  readonly model: DecoderModel;
  readonly kernels: DecoderKernels;
}

/** Nats of the tokens of a window from the second on, in one dense pass: (tokens - 1). */
export async function denseWindowNats(
  { model, kernels }: ScoredDecoder,
  window: readonly number[],
  options: PassOptions,
): Promise<Float64Array> {
  const sequence = createSequence(model, { plan: { name: "none", source: "dense" }, policies: [] });
  const states = await runPass(model, kernels, [{ sequence, ids: window.slice(0, -1) }], options);
  return natsOfTokens(model, kernels, states, window.slice(1), options);
}

/** What a plan made of the second part of a window. */
export interface PlanNats {
  readonly plan: PruningPlan;
  /** Of each token behind the prompt: (tokens). */
  readonly nats: Float64Array;
  /** Rows that the iterations behind the prompt read and held. */
  readonly traffic: CacheTraffic;
  /** Bytes that the cache takes at the end. */
  readonly cacheBytes: number;
}

/**
 * The protocol of cache policies: the first `promptCount` tokens of a window are a prompt, worked on whole; the others are
 * fed one by one, each predicted from what the plan left of the cache. All plans go side by side, so that a step's dense
 * layers run once for all; each is what it is alone.
 */
export async function planNats(
  { model, kernels }: ScoredDecoder,
  window: readonly number[],
  promptCount: number,
  plans: readonly PruningPlan[],
  options: PassOptions & {
    readonly policies: Registry<CachePolicy>;
    readonly onToken?: (done: number) => void;
  },
): Promise<PlanNats[]> {
  // The prompt's last token is the first that is fed alone, so that the first prediction is the policy's as well.
  const forks = await forkPrompt(model, kernels, window.slice(0, promptCount - 1), plans, options);
  const before = forks.map(({ traffic }) => traffic);
  const scored = window.slice(promptCount);
  const nats = plans.map(() => new Float64Array(scored.length));
  for (const [index, next] of scored.entries()) {
    const ids = [window[promptCount - 1 + index]!];
    const steps = forks.map((sequence) => ({ sequence, ids }));
    const states = await runPass(model, kernels, steps, options);
    const ofPlans = await natsOfTokens(
      model,
      kernels,
      states,
      plans.map(() => next),
      options,
    );
    for (const [plan, value] of ofPlans.entries()) nats[plan]![index] = value;
    options.onToken?.(index + 1);
  }
  return plans.map((plan, index) => ({
    plan,
    nats: nats[index]!,
    traffic: trafficBetween(before[index]!, forks[index]!.traffic),
    cacheBytes: cacheBytes(forks[index]!),
  }));
}

function trafficBetween(before: CacheTraffic, after: CacheTraffic): CacheTraffic {
  const keys = Object.keys(after) as (keyof CacheTraffic)[];
  return Object.fromEntries(keys.map((key) => [key, after[key] - before[key]])) as unknown as CacheTraffic;
}

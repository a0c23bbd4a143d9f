import type { Registry } from "../../base/registry.ts";
import { type CacheTraffic, trafficBetween } from "../../inference/decoding/cache-traffic.ts";
import { forkPrompt } from "../../inference/decoding/fork.ts";
import { type PassOptions, runPass } from "../../inference/decoding/pass.ts";
import { natsOfTokens } from "../../inference/decoding/score-tokens.ts";
import { cacheBytes, createSequence } from "../../inference/decoding/sequence.ts";
import { densePlan } from "../../pruning/dense-plan.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { CachePolicy } from "../../pruning/policies/policy.ts";
import { followCourses, type ScoredDecoder, windowCourse } from "./step-by-step.ts";

/** Nats of the tokens of a window from the second on, in one dense pass: (tokens - 1). */
export async function denseWindowNats(
  { model, kernels }: ScoredDecoder,
  window: readonly number[],
  options: PassOptions,
): Promise<Float64Array> {
  const sequence = createSequence(model, { plan: densePlan, policies: [] });
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
  const forks = await forkPrompt(model, kernels, window.slice(0, promptCount - 1), plans, options);
  const before = forks.map(({ traffic }) => traffic);
  const courses = forks.map((sequence) => windowCourse(sequence, window, promptCount));
  const scores = await followCourses({ model, kernels }, courses, { ...options, onStep: options.onToken });
  return plans.map((plan, index) => ({
    plan,
    nats: Float64Array.from(scores[index]!.nats),
    traffic: trafficBetween(before[index]!, forks[index]!.traffic),
    cacheBytes: cacheBytes(forks[index]!),
  }));
}

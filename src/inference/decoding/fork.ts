import { configHash } from "../../base/json.ts";
import type { Registry } from "../../base/registry.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { CachePolicy } from "../../pruning/policies/policy.ts";
import type { DecoderKernels } from "../engines/decoder-kernels.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import type { HeadSelector } from "./head-selector.ts";
import { bringHome } from "./kept-cache.ts";
import { type PassOptions, runPass } from "./pass.ts";
import type { RowSelector } from "./row-selector.ts";
import { createSequence, movesKeys, type Sequence } from "./sequence.ts";

/**
 * Sequences behind one prompt, one for each plan. The prompt is worked on whole whatever the plan, so plans whose caches
 * hold the same numbers share its iteration; each gets a copy of the cache. Nothing is recorded.
 */
export async function forkPrompt(
  model: DecoderModel,
  kernels: DecoderKernels,
  ids: readonly number[],
  plans: readonly PruningPlan[],
  options: PassOptions & { readonly policies: Registry<CachePolicy> },
): Promise<Sequence[]> {
  const { policies } = options;
  const forks = plans.map((plan) => createSequence(model, { plan, policies }));
  const groups = new Map<string, Sequence[]>();
  for (const fork of forks) {
    const { quantization, values } = fork.plan;
    const key = configHash({
      ...{ quantization: quantization ?? null, values: values ?? null },
      ...{ fixedHeads: fork.plan.fixedHeads ?? null, moves: movesKeys(fork, model) },
    });
    groups.set(key, [...(groups.get(key) ?? []), fork]);
  }
  for (const group of groups.values()) {
    const shared = sharedSequence(model, group, policies);
    await runPass(model, kernels, [{ sequence: shared, ids }], { ...options, partByPart: forks.length > 1 });
    await bringHome(shared);
    for (const fork of group) copyInto(fork, shared);
  }
  return forks;
}

/** A sequence whose observations reach the selectors of all. */
function sharedSequence(
  model: DecoderModel,
  group: readonly Sequence[],
  policies: Registry<CachePolicy>,
): Sequence {
  const [first] = group;
  const { tokens: _, heads: __, ...plan } = first!.plan;
  const each = (act: (fork: Sequence) => void) => group.forEach(act);
  const rows: RowSelector = {
    choose: (_place, held) => held.map((positions) => ({ positions })),
    observe: (place, head, seen) => each((fork) => fork.rows.observe(place, head, seen)),
    commit: () => each((fork) => fork.rows.commit()),
    rollback: () => each((fork) => fork.rows.rollback()),
  };
  const heads: HeadSelector = {
    choose: (iteration, layer) => first!.heads.choose(iteration, layer),
    observe: (head, sums) => each((fork) => fork.heads.observe(head, sums)),
    commit: () => each((fork) => fork.heads.commit()),
    rollback: () => each((fork) => fork.heads.rollback()),
  };
  const sequence = createSequence(model, { plan, policies, selectors: { rows, heads } });
  const looking = group.find(({ policy }) => policy?.observedQueries !== undefined);
  const moving = group.find((fork) => movesKeys(fork, model));
  return { ...sequence, policy: looking?.policy ?? moving?.policy };
}

function copyInto(fork: Sequence, shared: Sequence): void {
  for (const [layer, caches] of shared.caches.entries()) {
    for (const [head, cache] of caches.entries()) fork.caches[layer]![head]!.copyFrom(cache);
  }
  fork.ids.push(...shared.ids);
  fork.iteration = shared.iteration;
  fork.traffic = shared.traffic;
}

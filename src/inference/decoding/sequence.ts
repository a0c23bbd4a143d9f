import { SpattenError } from "../../base/errors.ts";
import { lookUp, type Registry } from "../../base/registry.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { CachePolicy } from "../../pruning/policies/policy.ts";
import { validatePlan } from "../../pruning/schedule.ts";
import type { KeptCache } from "../engines/decoder-kernels.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import { type CacheTraffic, noTraffic } from "./cache-traffic.ts";
import type { IterationDecisions } from "./decoder-decisions.ts";
import type { HeadCache } from "./head-cache.ts";
import { createHeadSelector, type HeadSelector } from "./head-selector.ts";
import { createLayerCache } from "./layer-cache.ts";
import type { LayerStore } from "./layer-store.ts";
import { createRowSelector, type ObservedAttention, type RowSelector } from "./row-selector.ts";

export interface SequenceOptions {
  readonly plan: PruningPlan;
  readonly policies: Registry<CachePolicy>;
  /** Keeps every decision of every iteration. */
  readonly records?: boolean | undefined;
  /** Decides in place of the plan's policy, such as a record of an earlier run. */
  readonly selectors?: { readonly rows: RowSelector; readonly heads: HeadSelector } | undefined;
}

/** One text on its way through a decoder: its cache, its scores, and what was decided so far. */
export interface Sequence {
  readonly plan: PruningPlan;
  readonly policy: CachePolicy | undefined;
  /** By layer, then by key and value head. */
  readonly caches: readonly (readonly HeadCache[])[];
  /** What they lie in, by layer. */
  readonly stores: readonly LayerStore[];
  /** The same with an engine that kept it; then they are not read. */
  kept: KeptCache | undefined;
  readonly rows: RowSelector;
  readonly heads: HeadSelector;
  /** `evict`: what is not chosen is dropped for good; `select`: everything stays stored. */
  readonly evicts: boolean;
  /** Whether the heads of a layer hold and read the same rows. */
  readonly sharesRows: boolean;
  readonly ids: number[];
  iteration: number;
  traffic: CacheTraffic;
  /** By layer, what heads that share their rows received in the iteration before, if that was of one token. */
  seen: readonly (ObservedAttention | undefined)[];
  /** Absent where nothing is recorded. */
  readonly decisions?: IterationDecisions[];
}

/**
 * An empty sequence under a plan. @throws SpattenError `config` for a policy that is not there, a threshold that it does
 * not use or lacks, or widths that a cache has no form for.
 */
export function createSequence(model: DecoderModel, options: SequenceOptions): Sequence {
  const { plan } = options;
  const { shape } = model;
  validatePlan(plan, shape.layerCount);
  const policy =
    plan.tokens === undefined ? undefined : lookUp(options.policies, plan.tokens.method, "cache policy");
  requireThreshold(plan, policy);
  requireMovable(plan, policy, model);
  const form = plan.quantization === undefined ? "values" : "codes";
  const layers = Array.from({ length: shape.layerCount }, () =>
    createLayerCache(shape.keyValueHeadCount, shape.headDimension, form),
  );
  return {
    ...{ plan, policy },
    caches: layers.map(({ heads }) => heads),
    stores: layers.map(({ store }) => store),
    kept: undefined,
    rows: options.selectors?.rows ?? createRowSelector(plan, policy, shape),
    heads: options.selectors?.heads ?? createHeadSelector(plan, shape),
    evicts: plan.tokens?.cache === "evict",
    sharesRows: options.selectors === undefined && policy?.granularity !== "key-value-head",
    ids: [],
    iteration: 0,
    seen: [],
    traffic: noTraffic,
    ...(options.records === true ? { decisions: [] } : {}),
  };
}

/** Whether kept keys move together: asked for by the policy, and possible with these positions. */
export function movesKeys({ policy }: Pick<Sequence, "policy">, model: DecoderModel): boolean {
  return policy?.repositions === true && model.positions.kind === "rotary";
}

/** Bytes that the buffers of a cache take. */
export function cacheBytes({ caches }: Sequence): number {
  return caches.flat().reduce((sum, cache) => sum + cache.allocatedBytes(), 0);
}

function requireThreshold({ tokens, name }: PruningPlan, policy: CachePolicy | undefined): void {
  if (tokens === undefined || policy === undefined) return;
  const given = tokens.scoreThreshold !== undefined;
  if (given === (policy.usesThreshold === true)) return;
  throw new SpattenError("config", `cache policy "${policy.id}" ${given ? "uses no" : "needs a"} threshold`, {
    where: `plan ${name} at tokens.scoreThreshold`,
    hint: given ? "leave it out, or choose attention-threshold" : "give one for each layer, such as [0.001]",
  });
}

function requireMovable(plan: PruningPlan, policy: CachePolicy | undefined, model: DecoderModel): void {
  if (plan.quantization === undefined || !movesKeys({ policy }, model)) return;
  throw new SpattenError("config", `cache policy "${policy!.id}" moves keys, which codes cannot follow`, {
    where: `plan ${plan.name} at quantization`,
    hint: "leave quantization out, or choose a policy that keeps positions",
  });
}

import type { Registry } from "../../base/registry.ts";
import { attentionThresholdPolicy } from "./attention-threshold-policy.ts";
import { h2oPolicy } from "./h2o-policy.ts";
import { layerTopKPolicy } from "./layer-top-k-policy.ts";
import type { CachePolicy } from "./policy.ts";
import { randomPolicy } from "./random-policy.ts";
import { snapKvPolicy } from "./snap-kv-policy.ts";
import { spattenPolicy } from "./spatten-policy.ts";
import { streamingLlmPolicy } from "./streaming-llm-policy.ts";

/** The built-in policies of a KV cache, by the names that `tokens.method` of a plan gives; a plug-in's join them. */
export const cachePolicies: Registry<CachePolicy> = [
  spattenPolicy,
  layerTopKPolicy,
  h2oPolicy,
  streamingLlmPolicy,
  snapKvPolicy,
  attentionThresholdPolicy,
  randomPolicy,
];

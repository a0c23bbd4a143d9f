import type { Registry } from "../../base/registry.ts";
import { attentionThresholdMethod } from "./attention-threshold.ts";
import { clsAttentionMethod } from "./cls-attention.ts";
import { layerTopKMethod } from "./layer-top-k.ts";
import type { PruningMethod } from "./method.ts";
import { randomMethod } from "./random.ts";
import { spattenMethod } from "./spatten.ts";

/** The built-in methods; a plug-in's rows join through `extendRegistry`. */
export const pruningMethods: Registry<PruningMethod> = [
  spattenMethod,
  layerTopKMethod,
  clsAttentionMethod,
  attentionThresholdMethod,
  randomMethod,
];

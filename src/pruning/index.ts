// Public entry `spatten/pruning`: the algorithms as pure functions on typed arrays, without a model or an engine.
export { type ErrorCode, type ErrorDetails, isSpattenError, SpattenError } from "../base/errors.ts";
export { createRandom, type Random } from "../base/random.ts";
export { extendRegistry, lookUp, type Registry } from "../base/registry.ts";
export { gather, gatherRows, type ProtectedPositions, selectHeads, selectTokens } from "./cascade.ts";
export { addHeadImportance, type HeadOutputShape } from "./head-importance.ts";
export { keptValueCount, keptValues } from "./local-value.ts";
export { attentionThresholdMethod } from "./methods/attention-threshold.ts";
export { clsAttentionMethod } from "./methods/cls-attention.ts";
export { layerTopKMethod } from "./methods/layer-top-k.ts";
export type { PruningMethod, ScoreContext } from "./methods/method.ts";
export { randomMethod } from "./methods/random.ts";
export { pruningMethods } from "./methods/registry.ts";
export { spattenMethod } from "./methods/spatten.ts";
export {
  type Budget,
  type HeadPruning,
  type PruningPlan,
  parsePlan,
  pruningPlanSchema,
  type Quantization,
  type Rounding,
  type Schedule,
  type TokenPruning,
  type ValuePruning,
} from "./plan.ts";
export { type PlanPreset, planPresets } from "./presets.ts";
export {
  needsLeastSignificantBits,
  type ProgressiveInput,
  type ProgressiveResult,
  progressiveProbabilities,
} from "./progressive.ts";
export {
  dequantize,
  joinBits,
  type Quantized,
  quantize,
  type SplitCodes,
  splitBits,
} from "./quantization.ts";
export { type QuickSelection, quickSelectTopK } from "./quick-select.ts";
export {
  type BudgetContext,
  keepCountAtLayer,
  keepRatioAtLayer,
  type RatioSchedule,
  validatePlan,
} from "./schedule.ts";
export { softmax } from "./softmax.ts";
export { addTokenImportance, type ProbabilityShape } from "./token-importance.ts";
export { type TopKThreshold, topKIndices, topKThreshold } from "./top-k.ts";

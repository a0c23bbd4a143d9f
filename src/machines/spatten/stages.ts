import { SpattenError } from "../../base/errors.ts";
import type { SpattenParameters } from "./parameters.ts";

/**
 * Vectors of D elements that a module multiplies at once. A D that does not divide the multipliers leaves the rest
 * idle (its vectors are not split over cycles). @throws SpattenError `config` where not even one fits.
 */
export function vectorsPerCycle(parameters: SpattenParameters, headDimension: number): number {
  const vectors = Math.floor(parameters.multiplierCountPerModule / headDimension);
  if (vectors >= 1) return vectors;
  throw new SpattenError("config", "the multipliers of a module must cover one head", {
    where: "multiplierCountPerModule",
    got: `${parameters.multiplierCountPerModule} for heads of ${headDimension} elements`,
    expected: `at least ${headDimension}`,
  });
}

/** Scores that Q·K hands on each cycle: no more than the softmax takes (SpAtten, Table I and Fig 8). */
export function scoresPerCycle(parameters: SpattenParameters, headDimension: number): number {
  return Math.min(vectorsPerCycle(parameters, headDimension), parameters.softmaxParallelism);
}

/** Cycles of Q·K for one query. */
export function queryKeyCycles(
  parameters: SpattenParameters,
  headDimension: number,
  keyCount: number,
): number {
  return Math.ceil(keyCount / scoresPerCycle(parameters, headDimension));
}

/** Cycles between one query's scores and the next one's in the softmax. */
export function softmaxCycles(parameters: SpattenParameters, keyCount: number): number {
  return Math.ceil(keyCount / parameters.softmaxParallelism);
}

/** Cycles of prob·V for one query. */
export function probabilityValueCycles(
  parameters: SpattenParameters,
  headDimension: number,
  valueCount: number,
): number {
  return Math.ceil(valueCount / vectorsPerCycle(parameters, headDimension));
}

/** Cycles that so many DRAM transactions take, evenly spread over the channels; may be a fraction. */
export function fetchCycles(parameters: SpattenParameters, transactionCount: number): number {
  const { channelCount, bytesPerCyclePerChannel, efficiencyRatio, transactionBytes } = parameters.dram;
  return (transactionCount * transactionBytes) / (channelCount * bytesPerCyclePerChannel * efficiencyRatio);
}

/** Cycles from a score to its quantized probability (bert.cpp of the official release). */
export function softmaxLatencyCycles(parameters: SpattenParameters): number {
  const { dequantizeCycles, exponentialCycles, accumulateCycles, divideCycles, quantizeCycles } =
    parameters.pipeline;
  return dequantizeCycles + exponentialCycles + accumulateCycles + divideCycles + quantizeCycles;
}

/** Cycles from an element of K to the decision whether its low bits are needed. */
export function decisionLatencyCycles(parameters: SpattenParameters): number {
  const { queryKeyProductCycles, progressiveDecisionCycles } = parameters.pipeline;
  return queryKeyProductCycles + softmaxLatencyCycles(parameters) + progressiveDecisionCycles;
}

/** Registers of the whole pipeline, from Q·K to the output. */
export function pipelineDepthCycles(parameters: SpattenParameters): number {
  return decisionLatencyCycles(parameters) + parameters.pipeline.probabilityValueProductCycles;
}

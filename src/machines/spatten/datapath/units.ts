import { largestProbabilityCode } from "../../../base/arithmetic/probability-codes.ts";
import { MultiplierArray } from "../../../hardware/multiplier-array.ts";
import { ProgressiveDecision } from "../../../hardware/progressive-decision.ts";
import { HeadScoreAccumulator, TokenScoreAccumulator } from "../../../hardware/score-accumulator.ts";
import { SoftmaxUnit } from "../../../hardware/softmax-unit.ts";
import { TopKEngine } from "../../../hardware/top-k-engine/top-k-engine.ts";
import type { SpattenParameters } from "../parameters.ts";

/** The units of Fig. 8 that compute; numbers are those of the figure. */
export interface DatapathUnits {
  /** Bits of an operand behind the bit-width converter, 6. */
  readonly datapathBits: number;
  /** 7 */
  readonly queryKey: MultiplierArray;
  /** 8 */
  readonly softmax: SoftmaxUnit;
  /** Code of a probability of 1. */
  readonly largestProbabilityCode: number;
  /** 9 */
  readonly decision: ProgressiveDecision;
  /** 10 */
  readonly valueTopK: TopKEngine;
  /** 11 */
  readonly probabilityValue: MultiplierArray;
  /** 1 */
  readonly tokenScores: TokenScoreAccumulator;
  /** 12 */
  readonly headScores: HeadScoreAccumulator;
  /** 2 and 13, one engine. */
  readonly cascadeTopK: TopKEngine;
}

/** What the table of parameters does not say. */
export interface UnitSettings {
  /** Largest probability below which the low bits of K are fetched. */
  readonly lowBitsBelowProbability: number;
  /** Whether the softmax has a maximum before its exponential, which Fig. 12 does not show. */
  readonly subtractsMaximum: boolean;
}

/** The units of a machine, idle. SpAtten Fig. 8, Table I. @throws SpattenError `config` for a width that they lack. */
export function createUnits(parameters: SpattenParameters, settings: UnitSettings): DatapathUnits {
  const { datapathBits, softmaxParallelism, topKComparatorCount, topKCapacityCount } = parameters;
  const matrix = {
    multiplierCount: parameters.multiplierCountPerModule,
    softmaxParallelism,
    operandBits: datapathBits,
  };
  const ranking = {
    comparatorCountPerArray: topKComparatorCount,
    fifoDepthLines: Math.ceil(topKCapacityCount / topKComparatorCount),
  };
  const softmax = new SoftmaxUnit({
    parallelism: softmaxParallelism,
    probabilityBits: datapathBits,
    subtractsMaximum: settings.subtractsMaximum,
  });
  const one = largestProbabilityCode(softmax.parameters);
  return {
    datapathBits,
    queryKey: new MultiplierArray(matrix),
    softmax,
    largestProbabilityCode: one,
    decision: new ProgressiveDecision({
      laneCount: softmaxParallelism,
      thresholdProbability: settings.lowBitsBelowProbability,
      largestProbabilityCode: one,
    }),
    valueTopK: new TopKEngine(ranking),
    probabilityValue: new MultiplierArray(matrix),
    tokenScores: new TokenScoreAccumulator({ scoreCount: topKCapacityCount }),
    headScores: new HeadScoreAccumulator(),
    cascadeTopK: new TopKEngine(ranking),
  };
}

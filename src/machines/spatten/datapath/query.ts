import { narrowSums } from "../../../base/arithmetic/integer-products.ts";
import { firstPivots } from "../../../hardware/top-k-engine/pivots.ts";
import type { HeadOperands } from "../../../pruning/head-operands.ts";
import type { DatapathUnits } from "./units.ts";

/** One query's probabilities as codes, and what the decision unit made of those from the high bits. */
export interface QueryProbabilities {
  /** (keys) */
  readonly codes: Int16Array;
  readonly needsLowBits: boolean;
  /** Largest |score| of the pass that these probabilities come from. */
  readonly largestScore: number;
  /** The same, and the largest probability, of the pass with the high bits alone. */
  readonly highBitsLargestScore: number;
  readonly highBitsLargestCode: number;
}

/** One query's output and the values that its ranking would keep. */
export interface QueryOutput {
  /** (D), of the datapath's width. */
  readonly codes: Int16Array;
  /** Places of the values that the machine's own ranking keeps, ascending. */
  readonly ownKept: Int32Array;
}

/**
 * Q·K, softmax and, where K has low bits in DRAM, the decision; then once more with all bits where `usesLowBits` says so,
 * by default as the decision unit does. SpAtten Fig. 8, 7 to 9, section III-D.
 * @throws SpattenError `input` where the exponentials leave float32.
 */
export function computeProbabilities(
  units: DatapathUnits,
  { query, key }: HeadOperands,
  dimension: number,
  queryIndex: number,
  usesLowBits: (needsLowBits: boolean) => boolean = (needsLowBits) => needsLowBits,
): QueryProbabilities {
  const row = query.codes.subarray(queryIndex * dimension, (queryIndex + 1) * dimension);
  const scoreScale = (query.step * key.step) / Math.sqrt(dimension);
  const run = (keys: Int16Array) => {
    const { results } = units.queryKey.queryKey(row, keys);
    const largest = results.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
    return { codes: units.softmax.probabilities(results, scoreScale), largestScore: largest * scoreScale };
  };
  const first = run(key.codesWithoutLowBits);
  const { largestCode, needsLowBits } = units.decision.decideQuery(first.codes);
  const hasLowBits = key.lowBits > 0;
  return {
    ...(hasLowBits && usesLowBits(needsLowBits) ? run(key.codes) : first),
    needsLowBits: hasLowBits && needsLowBits,
    highBitsLargestScore: first.largestScore,
    highBitsLargestCode: largestCode,
  };
}

/**
 * The local value top-k of one query, and prob·V over the values `kept` (places, ascending; its own where none are given),
 * rounded to the width of attention_out. SpAtten Fig. 8, 10 and 11, section III-C.
 */
export function computeOutput(
  units: DatapathUnits,
  { value }: HeadOperands,
  dimension: number,
  probabilities: Int16Array,
  keepCount: number,
  outputStep: number,
  kept?: Int32Array,
): QueryOutput {
  const ownKept = units.valueTopK.run(probabilities, keepCount, firstPivots).kept;
  const rows = kept ?? ownKept;
  const keptCodes = new Int16Array(rows.length * dimension);
  for (const [place, row] of rows.entries()) {
    keptCodes.set(value.codes.subarray(row * dimension, (row + 1) * dimension), place * dimension);
  }
  const keptProbabilities = Int16Array.from(rows, (row) => probabilities[row]!);
  const { results } = units.probabilityValue.probabilityValue(keptProbabilities, keptCodes, dimension);
  const factor = outputStep === 0 ? 0 : value.step / units.largestProbabilityCode / outputStep;
  return { codes: narrowSums(results, factor, units.datapathBits), ownKept };
}

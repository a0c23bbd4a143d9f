import { integerScores, integerWeightedSum, narrowSums } from "../../../base/arithmetic/integer-products.ts";
import {
  largestProbabilityCode,
  type ProbabilityFormat,
  probabilityCodes,
} from "../../../base/arithmetic/probability-codes.ts";
import { type HeadOperands, loadOperands, outputStepOf } from "../../../pruning/head-operands.ts";
import type { Quantization } from "../../../pruning/plan.ts";
import { needsLeastSignificantBits } from "../../../pruning/progressive.ts";
import { operandBitsOf, UNQUANTIZED_BITS } from "../../operand-bits.ts";
import { createValueChoice, type HeadAttention, type HeadWork } from "./head-attention.ts";

/** The softmax of machine `spatten` (SpAtten, Table I): 8 lanes, 12 bits, no maximum before the exponential. */
const FORMAT: ProbabilityFormat = {
  parallelism: 8,
  probabilityBits: UNQUANTIZED_BITS,
  subtractsMaximum: false,
};
const ONE = largestProbabilityCode(FORMAT);

/**
 * One head in the machine's number formats, query by query: operands through DRAM at the plan's widths, 12 bits on chip,
 * integer products, Taylor exponential, low bits of K where the probabilities are flat. SpAtten section IV; the machine
 * that computes the same with its units is `machines/spatten/datapath/`.
 * @throws SpattenError `config` for a width without converter, `input` where the exponentials leave float32.
 */
export async function attendHeadInCodes(work: HeadWork): Promise<HeadAttention> {
  const { rows, dimension, plan } = work;
  const operands = loadOperands(work, operandBitsOf(plan), UNQUANTIZED_BITS);
  const outputStep = outputStepOf(operands, UNQUANTIZED_BITS);
  const factor = outputStep === 0 ? 0 : operands.value.step / ONE / outputStep;
  const choice = createValueChoice(plan, rows);
  const probabilities = new Float32Array(rows * rows);
  const output = new Float32Array(rows * dimension);
  const refetchedQueries: number[] = [];
  const maximumProbability: number[] = [];
  for (let query = 0; query < rows; query++) {
    const rest = work.checkpoint();
    if (rest !== undefined) await rest;
    const found = queryCodes(operands, dimension, query, plan.quantization);
    if (found.isRefetched) refetchedQueries.push(query);
    maximumProbability.push(found.largestCode / ONE);
    probabilities.set(found.codes, query * rows);
    const kept = choice.choose(found.codes);
    const sums = integerWeightedSum(found.codes, operands.value.codes, dimension, kept);
    const codes = narrowSums(sums, factor, UNQUANTIZED_BITS);
    for (const [d, code] of codes.entries()) output[query * dimension + d] = code * outputStep;
  }
  return {
    ...{ probabilities, refetchedQueries, maximumProbability, output },
    probabilityStep: 1 / ONE,
    ...choice.counts(),
  };
}

interface QueryCodes {
  /** Probability codes (keys) that go on. */
  readonly codes: Int16Array;
  /** Largest code with the high bits of K alone: what was decided on. */
  readonly largestCode: number;
  readonly isRefetched: boolean;
}

function queryCodes(
  { query, key }: HeadOperands,
  dimension: number,
  index: number,
  quantization: Quantization | undefined,
): QueryCodes {
  const row = query.codes.subarray(index * dimension, (index + 1) * dimension);
  const scoreScale = (query.step * key.step) / Math.sqrt(dimension);
  const codesWith = (keys: Int16Array) => probabilityCodes(integerScores(row, keys), scoreScale, FORMAT);
  const first = codesWith(key.codesWithoutLowBits);
  const isRefetched =
    quantization?.kind === "progressive" &&
    needsLeastSignificantBits(first, quantization.maximumProbabilityThreshold * ONE);
  return {
    codes: isRefetched ? codesWith(key.codes) : first,
    largestCode: first.reduce((most, code) => Math.max(most, code), 0),
    isRefetched,
  };
}

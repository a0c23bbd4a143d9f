import { createValueChoice, type HeadAttention, type HeadWork } from "./head-attention.ts";
import { probabilityRows } from "./probabilities.ts";

/** One head in float32 with float64 accumulation, its operands at the plan's widths (SpAtten, Algorithm 1). */
export async function attendHeadInFloats(work: HeadWork): Promise<HeadAttention> {
  const { rows, dimension, plan } = work;
  const head = await probabilityRows({ ...work, quantization: plan.quantization });
  const output = new Float32Array(rows * dimension);
  const choice = createValueChoice(plan, rows);
  const sums = new Float64Array(dimension);
  for (let query = 0; query < rows; query++) {
    const row = head.probabilities.subarray(query * rows, (query + 1) * rows);
    sums.fill(0);
    for (const key of choice.choose(row)) {
      for (let d = 0; d < dimension; d++) sums[d]! += row[key]! * head.value[key * dimension + d]!;
    }
    output.set(sums, query * dimension);
  }
  const { probabilities, refetchedQueries, maximumProbability } = head;
  return {
    ...{ probabilities, refetchedQueries, maximumProbability, output },
    probabilityStep: 1,
    ...choice.counts(),
  };
}

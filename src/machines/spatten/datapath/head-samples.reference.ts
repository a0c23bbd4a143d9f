import type { Random } from "../../../base/random.ts";
import type { AttentionJob, AttentionWorkload } from "../../../workload/attention-workload.ts";
import { createSidecar, readSidecar, type Sidecar } from "../../../workload/tensor-sidecar.ts";
import { sampleJob, sampleWorkload } from "../../../workload/workload-samples.reference.ts";

/** A workload of one head with tensors, and the floats among them. */
export interface HeadSample {
  readonly workload: AttentionWorkload;
  readonly tensors: Sidecar;
}

/** Numbers in ±largest, of which one is that large, so that the scale is what it is for any draw. */
export function drawMatrix(random: Random, elementCount: number, largest: number): Float32Array {
  const values = Float32Array.from({ length: elementCount }, () => (2 * random.next() - 1) * largest);
  values[random.integer(elementCount)] = random.next() < 0.5 ? largest : -largest;
  return values;
}

/** One head of random Q, K, V; `lowBitsBelowProbability` where K has low bits in DRAM. */
export function drawHead(
  random: Random,
  dimension: number,
  amplitude: number,
  changes: Partial<AttentionJob>,
  lowBitsBelowProbability?: number,
): HeadSample {
  const job = sampleJob({ topK: [], ...changes });
  const { header } = sampleWorkload([job]);
  const model = {
    ...header.model,
    headDimension: dimension,
    unprunedLength: Math.max(job.keyCount, job.queryCount),
  };
  const keyIds = Array.from({ length: job.keyCount }, (_, key) => key);
  const builder = createSidecar();
  builder.addHead(job, dimension, "query", drawMatrix(random, job.queryCount * dimension, amplitude));
  builder.addHead(job, dimension, "key", drawMatrix(random, job.keyCount * dimension, amplitude));
  builder.addHead(job, dimension, "value", drawMatrix(random, job.keyCount * dimension, amplitude));
  builder.addHead(job, dimension, "probability", drawMatrix(random, job.queryCount * job.keyCount, 1));
  builder.addHead(job, dimension, "maximumProbability", new Float32Array(job.queryCount));
  if (lowBitsBelowProbability !== undefined) {
    const quantization = {
      kind: "progressive",
      queryBits: job.queryBits,
      mostSignificantBits: job.keyBits,
      leastSignificantBits: job.keyLsbBits,
      valueBits: job.valueBits,
      maximumProbabilityThreshold: lowBitsBelowProbability,
    };
    builder.addMetadata("plan", JSON.stringify({ name: "drawn", source: "test", quantization }));
  }
  return {
    workload: { header: { ...header, model }, jobs: [{ ...job, keyIds }] },
    tensors: readSidecar(builder.toBytes(), "drawn"),
  };
}

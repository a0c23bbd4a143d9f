import fc from "fast-check";
import {
  type AttentionWorkload,
  type FullyConnectedJob,
  WORKLOAD_SCHEMA,
} from "../../../workload/attention-workload.ts";

export type JobSize = Pick<FullyConnectedJob, "vectorCount" | "rows" | "columns" | "weightBits">;

/** A workload of those fully connected layers, one a layer; a generation where every job has one vector. */
export function fullyConnectedOnly(sizes: readonly JobSize[]): AttentionWorkload {
  const mostVectors = Math.max(...sizes.map((size) => size.vectorCount));
  const jobs = sizes.map((size, layer): FullyConnectedJob => {
    return { kind: "fully-connected", iteration: 0, layer, name: "matrix", ...size };
  });
  return {
    header: {
      schema: WORKLOAD_SCHEMA,
      source: "random",
      phase: mostVectors === 1 ? "generation" : "summarization",
      model: {
        name: "random",
        layerCount: sizes.length,
        queryHeadCount: 1,
        keyValueHeadCount: 1,
        headDimension: 64,
        unprunedLength: mostVectors,
      },
      iterationCount: 1,
      jobCount: sizes.length,
      assumptions: [],
    },
    jobs,
  };
}

/** Small matrices of any shape, for one vector or for many. */
export const sizesArbitrary: fc.Arbitrary<JobSize[]> = fc.boolean().chain((isGeneration) =>
  fc.array(
    fc.record({
      vectorCount: isGeneration ? fc.constant(1) : fc.integer({ min: 1, max: 40 }),
      rows: fc.integer({ min: 1, max: 700 }),
      columns: fc.integer({ min: 1, max: 300 }),
      weightBits: fc.constantFrom(4, 5, 8, 12, 16),
    }),
    { minLength: 1, maxLength: 3 },
  ),
);

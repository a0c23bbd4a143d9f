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

/** Small matrices of any shape, for one vector or for many, as whole numbers are drawn between a minimum and a maximum. */
export function drawSizes(draw: (minimum: number, maximum: number) => number): JobSize[] {
  const mostVectors = draw(0, 1) === 0 ? 1 : 40;
  const weightBits = [4, 5, 8, 12, 16];
  return Array.from({ length: draw(1, 3) }, () => ({
    vectorCount: draw(1, mostVectors),
    rows: draw(1, 700),
    columns: draw(1, 300),
    weightBits: weightBits[draw(0, weightBits.length - 1)]!,
  }));
}

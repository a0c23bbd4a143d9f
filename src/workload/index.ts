// The public entry `spatten/workload`.
export {
  type AttentionJob,
  type AttentionWorkload,
  attentionJobSchema,
  type FullyConnectedJob,
  fullyConnectedJobSchema,
  type TopKEvent,
  WORKLOAD_SCHEMA,
  type WorkloadHeader,
  type WorkloadJob,
  workloadHeaderSchema,
  workloadJobSchema,
} from "./attention-workload.ts";
export {
  type FullyConnectedRequest,
  fullyConnectedWorkload,
  withFullyConnected,
} from "./fully-connected-jobs.ts";
export { type ModelShape, modelShapes, shapeOfModel } from "./fully-connected-shapes.ts";
export { workloadJsonSchema } from "./json-schema.ts";
export { type OfficialCsv, readOfficialCsv, writeOfficialCsv } from "./official-csv.ts";
export { officialRowsFromWorkload } from "./official-export.ts";
export { OFFICIAL_ASSUMPTIONS } from "./official-header.ts";
export { type OfficialRequest, pairFusedRows } from "./official-pairs.ts";
export type { OfficialRow } from "./official-row.ts";
export { workloadFromOfficialCsv } from "./official-workload.ts";
export { type WorkloadStatistics, workloadStatistics } from "./statistics.ts";
export { streamWorkloadLines } from "./streamed-lines.ts";
export { streamOfficialCsv } from "./streamed-official.ts";
export {
  createSidecar,
  type HeadFloats,
  type HeadPlace,
  type HeadTensor,
  headTensorName,
  type LayerPlace,
  type LayerTensor,
  layerTensorName,
  readSidecar,
  SIDECAR_SCHEMA,
  type Sidecar,
  type SidecarBuilder,
  type SidecarMetadata,
} from "./tensor-sidecar.ts";
export { splitLines } from "./text-lines.ts";
export { checkWorkload } from "./workload-checks.ts";
export { readWorkload, readWorkloadJobs, type WorkloadItem, writeWorkloadLines } from "./workload-lines.ts";
export { type WorkloadSource, wholeWorkload } from "./workload-source.ts";

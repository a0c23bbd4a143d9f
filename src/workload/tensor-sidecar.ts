import { SpattenError } from "../base/errors.ts";
import { describeValue } from "../base/schema.ts";
import { readSafetensors } from "../base/tensor-file/safetensors.ts";
import { writeSafetensors } from "../base/tensor-file/safetensors-writer.ts";
import { float32Tensor, int32Tensor, toFloat32, toInt32 } from "../base/tensor-file/tensor-values.ts";
import type { TensorView } from "../base/tensor-file/tensor-view.ts";
import type { AttentionJob } from "./attention-workload.ts";

/** Version of the names and shapes below, in the metadata of a sidecar. */
export const SIDECAR_SCHEMA = "spatten/workload-tensors@1";

/** What may be kept of one head; rows are in the order of the job's queries and kept keys. */
export type HeadTensor =
  /** Ids of the fetched keys, (keys), integers. */
  | "keyIds"
  /** Probabilities before value pruning, (queries, keys): the importance before each value top-k. */
  | "probability"
  /** Largest probability of each query with the high bits alone, (queries). */
  | "maximumProbability"
  /** (queries, head dimension) */
  | "query"
  /** (keys, head dimension) */
  | "key"
  /** (keys, head dimension) */
  | "value";

export type HeadFloats = Exclude<HeadTensor, "keyIds">;

/** What may be kept of one layer. */
export type LayerTensor =
  /** Accumulated importance before the token top-k, (tokens). */
  | "tokenImportance"
  /** Accumulated importance before the head top-k, (heads). */
  | "headImportance";

/** What may be said of all of them. */
export type SidecarMetadata =
  /** The pruning plan that decided, as JSON. */
  "plan";

export interface LayerPlace {
  readonly iteration: number;
  readonly layer: number;
}
export interface HeadPlace extends LayerPlace {
  readonly head: number;
}

/** Name of a tensor of one head. */
export function headTensorName({ iteration, layer, head }: HeadPlace, what: HeadTensor): string {
  return `iteration.${iteration}.layer.${layer}.head.${head}.${what}`;
}

/** Name of a tensor of one layer. */
export function layerTensorName({ iteration, layer }: LayerPlace, what: LayerTensor): string {
  return `iteration.${iteration}.layer.${layer}.${what}`;
}

/** Gathers tensors for a sidecar file beside a workload; shapes follow from the jobs. */
export interface SidecarBuilder {
  /** `values` row-major. */
  addHead(job: AttentionJob, headDimension: number, what: HeadFloats, values: Float32Array): void;
  addKeyIds(job: AttentionJob, ids: Int32Array): void;
  addLayer(place: LayerPlace, what: LayerTensor, values: Float32Array): void;
  addMetadata(what: SidecarMetadata, text: string): void;
  /** The safetensors file. @throws SpattenError `checkpoint` for a tensor added twice or of a wrong length. */
  toBytes(): Uint8Array<ArrayBuffer>;
}

/** An empty sidecar. */
export function createSidecar(): SidecarBuilder {
  const views: TensorView[] = [];
  const metadata: Record<string, string> = { schema: SIDECAR_SCHEMA };
  return {
    addHead: (job, headDimension, what, values) => {
      views.push(float32Tensor(headTensorName(job, what), headShape(job, headDimension, what), values));
    },
    addKeyIds: (job, ids) => {
      views.push(int32Tensor(headTensorName(job, "keyIds"), [job.keyCount], ids));
    },
    addLayer: (place, what, values) => {
      views.push(float32Tensor(layerTensorName(place, what), [values.length], values));
    },
    addMetadata: (what, text) => {
      metadata[what] = text;
    },
    toBytes: () => writeSafetensors(views, metadata),
  };
}

/** The tensors beside a workload. Methods throw SpattenError `workload` naming a tensor that is absent or misshapen. */
export interface Sidecar {
  has(name: string): boolean;
  /** Row-major, of the shape that the job gives. */
  headTensor(job: AttentionJob, headDimension: number, what: HeadFloats): Float32Array;
  keyIds(job: AttentionJob): Int32Array;
  layerTensor(place: LayerPlace, what: LayerTensor): Float32Array;
  /** The text, or undefined where the file does not say. */
  metadata(what: SidecarMetadata): string | undefined;
}

/** Opens a sidecar file. @throws SpattenError `workload` for a broken file or one of another version. */
export function readSidecar(bytes: Uint8Array, where: string): Sidecar {
  const { tensors, metadata } = readSafetensors(bytes, where, "workload");
  if (metadata.schema !== SIDECAR_SCHEMA) {
    throw new SpattenError("workload", "the tensors are not those of a workload, or of another version", {
      where,
      got: describeValue(metadata.schema),
      expected: `"${SIDECAR_SCHEMA}" as metadata "schema"`,
    });
  }
  const take = (name: string, shape: readonly (number | undefined)[]): TensorView => {
    const view = tensors.get(name);
    if (view === undefined) {
      const hint = "record the workload again: spatten run --workload FILE --tensors";
      throw new SpattenError("workload", `tensor "${name}" is missing`, { where, hint });
    }
    const fits =
      view.shape.length === shape.length &&
      shape.every((size, axis) => (size ?? view.shape[axis]) === view.shape[axis]);
    if (!fits) {
      throw new SpattenError("workload", `tensor "${name}" has another shape`, {
        where,
        got: describeValue(view.shape),
        expected: `[${shape.map((size) => size ?? "any").join(",")}]`,
      });
    }
    return view;
  };
  return {
    has: (name) => tensors.has(name),
    headTensor: (job, headDimension, what) =>
      toFloat32(take(headTensorName(job, what), headShape(job, headDimension, what)), "workload"),
    keyIds: (job) => toInt32(take(headTensorName(job, "keyIds"), [job.keyCount]), "workload"),
    layerTensor: (place, what) => toFloat32(take(layerTensorName(place, what), [undefined]), "workload"),
    metadata: (what) => metadata[what],
  };
}

function headShape(job: AttentionJob, headDimension: number, what: HeadFloats): readonly number[] {
  switch (what) {
    case "probability":
      return [job.queryCount, job.keyCount];
    case "maximumProbability":
      return [job.queryCount];
    case "query":
      return [job.queryCount, headDimension];
    case "key":
    case "value":
      return [job.keyCount, headDimension];
  }
}

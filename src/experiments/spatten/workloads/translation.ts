import {
  type AttentionJob,
  type AttentionWorkload,
  type FullyConnectedJob,
  WORKLOAD_SCHEMA,
  type WorkloadJob,
} from "../../../workload/attention-workload.ts";
import { denseHead } from "../../../workload/dense-head.ts";

/** An encoder-decoder transformer. */
export interface TranslationShape {
  readonly width: number;
  /** Heads of 64 elements. */
  readonly headCount: number;
  readonly feedForwardWidth: number;
  readonly encoderLayerCount: number;
  readonly decoderLayerCount: number;
}

/** Half of a translation: a sentence is encoded at once, and decoded token by token. */
export interface TranslationRequest {
  readonly part: "encoder" | "decoder";
  readonly shape: TranslationShape;
  readonly sourceCount: number;
  readonly targetCount: number;
  /** Bits of the weights; without, the attention alone. */
  readonly weightBits?: number;
}

const HEAD_DIMENSION = 64;

/** Transformer-Base of Vaswani et al. (2017), Table 3. */
export const transformerBase: TranslationShape = {
  width: 512,
  headCount: 8,
  feedForwardWidth: 2048,
  encoderLayerCount: 6,
  decoderLayerCount: 6,
};

/** Transformer-Big of the same table. */
export const transformerBig: TranslationShape = {
  ...transformerBase,
  ...{ width: 1024, headCount: 16, feedForwardWidth: 4096 },
};

/** Half as wide as Transformer-Base in everything. */
export const transformerHalf: TranslationShape = {
  ...transformerBase,
  ...{ width: 256, headCount: 4, feedForwardWidth: 1024 },
};

interface Place extends Pick<FullyConnectedJob, "iteration" | "layer" | "vectorCount"> {
  readonly weightBits: number | undefined;
}

/**
 * Half of a translation, nothing pruned, without embeddings and output projection. The encoder also projects its output
 * to the K and V of each decoder layer; a decoder layer is two of the workload, one for each attention.
 */
export function translationWorkload(request: TranslationRequest): AttentionWorkload {
  const { part, shape, sourceCount, targetCount, weightBits } = request;
  const { width, headCount, encoderLayerCount, decoderLayerCount } = shape;
  const isEncoder = part === "encoder";
  const jobs = isEncoder ? encoderJobs(request) : decoderJobs(request);
  return {
    header: {
      schema: WORKLOAD_SCHEMA,
      source: `${part}, ${width} wide, ${isEncoder ? encoderLayerCount : decoderLayerCount} layers, ${sourceCount} to ${targetCount} tokens, ${weightBits === undefined ? "attention alone" : `weights of ${weightBits} bits`}`,
      phase: isEncoder ? "summarization" : "generation",
      model: {
        name: `transformer-${part}`,
        layerCount: isEncoder ? encoderLayerCount : 2 * decoderLayerCount,
        queryHeadCount: headCount,
        keyValueHeadCount: headCount,
        headDimension: HEAD_DIMENSION,
        unprunedLength: sourceCount,
      },
      iterationCount: isEncoder ? 1 : targetCount,
      jobCount: jobs.length,
      assumptions: ["no embedding and output projection; one beam"],
    },
    jobs,
  };
}

function encoderJobs({ shape, sourceCount, weightBits }: TranslationRequest): WorkloadJob[] {
  const { width, encoderLayerCount, decoderLayerCount } = shape;
  const place = (layer: number): Place => ({ iteration: 0, layer, vectorCount: sourceCount, weightBits });
  const layers = Array.from({ length: encoderLayerCount }, (_, layer) => [
    ...matrix(place(layer), "queryKeyValue", width, 3 * width),
    ...heads(shape, place(layer), sourceCount),
    ...matrix(place(layer), "projection", width, width),
    ...feedForward(place(layer), shape),
  ]);
  const forDecoder = Array.from({ length: decoderLayerCount }, (_, layer) =>
    matrix(place(encoderLayerCount - 1), `keyValueOfDecoderLayer${layer}`, width, 2 * width),
  );
  return [...layers, ...forDecoder].flat();
}

function decoderJobs({ shape, sourceCount, targetCount, weightBits }: TranslationRequest): WorkloadJob[] {
  const { width, decoderLayerCount } = shape;
  return Array.from({ length: targetCount * decoderLayerCount }, (_, index) => {
    const iteration = Math.floor(index / decoderLayerCount);
    const layer = 2 * (index % decoderLayerCount);
    const self: Place = { iteration, layer, vectorCount: 1, weightBits };
    const cross: Place = { ...self, layer: layer + 1 };
    return [
      ...matrix(self, "queryKeyValue", width, 3 * width),
      ...heads(shape, self, iteration + 1),
      ...matrix(self, "projection", width, width),
      ...matrix(cross, "query", width, width),
      ...heads(shape, cross, sourceCount),
      ...matrix(cross, "projection", width, width),
      ...feedForward(cross, shape),
    ];
  }).flat();
}

/** None where the attention alone is wanted. */
function matrix(
  { weightBits, ...place }: Place,
  name: string,
  rows: number,
  columns: number,
): FullyConnectedJob[] {
  return weightBits === undefined
    ? []
    : [{ kind: "fully-connected", ...place, weightBits, name, rows, columns }];
}

function feedForward(place: Place, { width, feedForwardWidth }: TranslationShape): FullyConnectedJob[] {
  return [
    ...matrix(place, "feedForwardIn", width, feedForwardWidth),
    ...matrix(place, "feedForwardOut", feedForwardWidth, width),
  ];
}

function heads({ headCount }: TranslationShape, place: Place, keyCount: number): AttentionJob[] {
  const { iteration, layer, vectorCount } = place;
  return Array.from({ length: headCount }, (_, head) => ({
    kind: "attention",
    ...{ iteration, layer, head, keyValueHead: head },
    ...denseHead(vectorCount, keyCount),
  }));
}

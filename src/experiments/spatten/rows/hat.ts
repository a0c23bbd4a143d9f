import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { Ours, OursById } from "../../ledger/ours.ts";
import { HAT, hatRows, hatSearched } from "../published/hat.ts";
import {
  type TranslationShape,
  transformerBase,
  transformerBig,
  transformerHalf,
} from "../workloads/translation.ts";
import { computed, notReproducible } from "./computed.ts";

/** Tokens of source and target alike: HAT (ACL 2020) counts WMT with sentences of 30, which this paper does not state. */
const SENTENCE = { value: 30, low: 25, high: 35 } as const;

const shapes: Readonly<Record<string, TranslationShape>> = {
  ...Object.fromEntries(
    [1, 2, 3, 4, 5].map((count) => [`layers-${count}`, { ...transformerBase, decoderLayerCount: count }]),
  ),
  base: transformerBase,
  // The paper does not say how narrow its narrowest is.
  narrow: transformerHalf,
  big: transformerBig,
};

const MACHINE = "spatten-e2e";
const SENTENCE_NOTE =
  "assumed: sentences of 30 tokens, as the code of HAT (ACL 2020) counts WMT; 25 to 35 plausible";
const LATENCY_NOTE = `${SENTENCE_NOTE}; beams, embeddings and output projection are not told and left out`;
const NO_WEIGHTS = "the trained weights of this model are not published";
const NO_SHAPE = "the shape of the searched model is not published";

interface TranslateRequest {
  readonly length: number;
  readonly weightBits: number;
  /** True to clock each DRAM command of the decoder's middle token, which then stands for all; else analytical. */
  readonly clocksDecoder?: boolean;
}

const sentence = (shape: TranslationShape, length: number) =>
  ({ kind: "translation", shape, sourceCount: length, targetCount: length }) as const;

/** Milliseconds of a sentence on `spatten-e2e`, encoded and decoded. @throws SpattenError as the machine does. */
async function translationTime(
  { measure }: Laboratory,
  shape: TranslationShape,
  { length, weightBits, clocksDecoder = false }: TranslateRequest,
): Promise<number> {
  const workload = { ...sentence(shape, length), weightBits };
  const middle = { fidelity: "cycle", iteration: Math.floor(length / 2), seeds: [0] } as const;
  const [encoder, decoder] = await Promise.all([
    measure({ machine: MACHINE, workload: { ...workload, part: "encoder" } }),
    measure({
      machine: MACHINE,
      workload: { ...workload, part: "decoder" },
      ...(clocksDecoder ? middle : {}),
    }),
  ]);
  return 1e3 * (encoder.report.seconds + decoder.report.seconds * (clocksDecoder ? length : 1));
}

/** Operations of a sentence, by kind of layer. */
interface TranslationOperations {
  readonly fullyConnected: number;
  readonly attention: number;
}

async function translationOperations(
  { measure }: Laboratory,
  shape: TranslationShape,
  length: number,
): Promise<TranslationOperations> {
  const executed = async (weights: { readonly weightBits?: number }): Promise<number> => {
    const halves = await Promise.all(
      (["encoder", "decoder"] as const).map((part) =>
        measure({ machine: MACHINE, workload: { ...sentence(shape, length), part, ...weights } }),
      ),
    );
    return halves.reduce((sum, { report }) => sum + report.operations.executed, 0);
  };
  const [all, attention] = await Promise.all([executed({ weightBits: 8 }), executed({})]);
  return { attention, fullyConnected: all - attention };
}

/** HAT: the vanilla transformers; what was searched is not published. */
export const hatExperiment: Experiment = {
  id: "hat",
  title: "Translation on SpAtten-e2e",
  source: HAT,
  published: hatRows,
  ours: async (laboratory) => {
    const latencies = await Promise.all(
      Object.entries(shapes).map(async ([id, shape]): Promise<OursById> => {
        return {
          [`hat-latency-${id}`]: await latencyOf(laboratory, shape),
          [`hat-bleu-${id}`]: notReproducible(NO_WEIGHTS),
        };
      }),
    );
    const searched = hatSearched.map((id) => ({
      [`hat-latency-${id}`]: notReproducible(NO_SHAPE),
      [`hat-bleu-${id}`]: notReproducible(NO_WEIGHTS),
    }));
    return {
      ...Object.assign({}, ...latencies, ...searched),
      ...(await operationRows(laboratory)),
      ...Object.fromEntries(ofSearched.map((id) => [`hat-${id}`, notReproducible(NO_SHAPE)])),
    };
  },
};

const ofSearched = [
  ...["speedup-7-over-big", "size-7-over-big"],
  ...["fully-connected-3", "attention-3", "attention-share-3"],
];

async function latencyOf(laboratory: Laboratory, shape: TranslationShape): Promise<Ours> {
  const own = { length: SENTENCE.value, weightBits: 8 };
  const others: readonly (readonly [when: string, request: TranslateRequest])[] = [
    ["analytical: the DRAM at its peak", own],
    [`the same, sentences of ${SENTENCE.low} tokens`, { ...own, length: SENTENCE.low }],
    [`the same, sentences of ${SENTENCE.high} tokens`, { ...own, length: SENTENCE.high }],
    ["analytical, weights of 12 bits", { ...own, weightBits: 12 }],
  ];
  const [clocked, ...rest] = await Promise.all(
    [{ ...own, clocksDecoder: true }, ...others.map(([, request]) => request)].map((request) =>
      translationTime(laboratory, shape, request),
    ),
  );
  const { width, feedForwardWidth, encoderLayerCount, decoderLayerCount } = shape;
  const on = `spatten-e2e: ${encoderLayerCount} + ${decoderLayerCount} layers of ${width} and ${feedForwardWidth}, ${own.length} tokens to ${own.length}, weights of ${own.weightBits} bits, nothing pruned; the decoder's middle token clocked for all, the encoder analytical`;
  return computed(clocked!, on, [], {
    note: LATENCY_NOTE,
    alternatives: others.map(([when], index) => ({ when, value: rest[index]! })),
  });
}

async function operationRows(laboratory: Laboratory): Promise<OursById> {
  const lengths = [SENTENCE.value, SENTENCE.low, SENTENCE.high];
  const [own, ...others] = await Promise.all(
    lengths.map((length) => translationOperations(laboratory, transformerBase, length)),
  );
  const row = (of: (operations: TranslationOperations) => number): Ours =>
    computed(
      of(own!),
      `Transformer-Base, ${SENTENCE.value} tokens to ${SENTENCE.value}, executed operations`,
      [],
      {
        note: SENTENCE_NOTE,
        alternatives: others.map((other, index) => ({
          when: `sentences of ${lengths[index + 1]} tokens`,
          value: of(other),
        })),
      },
    );
  return {
    "hat-fully-connected-base": row(({ fullyConnected }) => fullyConnected / 1e9),
    "hat-attention-base": row(({ attention }) => attention / 1e6),
    "hat-attention-share-base": row(
      ({ attention, fullyConnected }) => (100 * attention) / (attention + fullyConnected),
    ),
  };
}

import type { Checkpoint } from "../../base/checkpoint.ts";
import type { Registry } from "../../base/registry.ts";
import type { PruningMethod } from "../../pruning/methods/method.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import { type Arithmetic, arithmetics } from "../arithmetic.ts";
import type { EncoderRun } from "../decisions.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import type { EncoderModel, ModelInput } from "../models/encoder-model.ts";
import type { DecoderKernels } from "./decoder-kernels.ts";
import { referenceDecoder } from "./reference/decoder.ts";
import { runEncoder } from "./reference/encoder.ts";

/** What an engine is asked for. */
export interface EncoderInput {
  readonly input: ModelInput;
  readonly plan: PruningPlan;
  readonly methods: Registry<PruningMethod>;
  readonly checkpoint: Checkpoint;
  /** By default `float32`; an engine is asked only for what its `arithmetics` name. */
  readonly arithmetic?: Arithmetic | undefined;
  /** Keeps Q, K and V of every head among the decisions. */
  readonly captureTensors: boolean;
  readonly onLayer?: ((done: number, total: number) => void) | undefined;
  /** Stops an engine that computes elsewhere, where no checkpoint is called. */
  readonly signal?: AbortSignal | undefined;
}

/** What is asked of a batch: as of one input, but several of them. */
export interface EncoderBatch extends Omit<EncoderInput, "input"> {
  readonly inputs: readonly ModelInput[];
}

/** One way to run a model; every engine gives the same answers. */
export interface Engine {
  readonly id: string;
  readonly title: string;
  /** The arithmetics that it computes in; by default `float32` alone. */
  readonly arithmetics?: readonly Arithmetic[];
  runEncoder(model: EncoderModel, input: EncoderInput): Promise<EncoderRun>;
  /** Runs inputs of unequal lengths in one go, where that pays; each answer is what `runEncoder` gives for it. */
  runBatch?(model: EncoderModel, batch: EncoderBatch): Promise<EncoderRun[]>;
  /** Readies a decoder: everything but its attention. */
  openDecoder?(model: DecoderModel): Promise<DecoderKernels>;
  /** What it computes with, for people. @throws SpattenError `missing-engine` where that is not installed. */
  describe?(): Promise<string>;
}

/** Plain and obvious: float32 with float64 accumulation, no dependency; the oracle of every other engine. */
export const referenceEngine: Engine = {
  id: "reference",
  title: "plain TypeScript, float32 with float64 accumulation",
  arithmetics,
  runEncoder,
  openDecoder: async (model) => referenceDecoder(model),
};

export const engines: Registry<Engine> = [referenceEngine];

/** Runs inputs in one go on an engine that can, one by one on any other. */
export async function runInputs(
  engine: Engine,
  model: EncoderModel,
  { inputs, ...rest }: EncoderBatch,
): Promise<EncoderRun[]> {
  if (engine.runBatch !== undefined && inputs.length > 1) return engine.runBatch(model, { ...rest, inputs });
  const runs: EncoderRun[] = [];
  for (const input of inputs) runs.push(await engine.runEncoder(model, { ...rest, input }));
  return runs;
}

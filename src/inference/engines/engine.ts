import type { Registry } from "../../base/registry.ts";
import type { EncoderRun } from "../decisions.ts";
import { type EncoderInput, runBert } from "../models/bert.ts";
import type { BertConfig } from "../models/bert-config.ts";
import type { BertWeights } from "../models/bert-weights.ts";

/** One way to run a model; every engine gives the same answers. */
export interface Engine {
  readonly id: string;
  readonly title: string;
  runEncoder(config: BertConfig, weights: BertWeights, input: EncoderInput): Promise<EncoderRun>;
}

/** Plain and obvious: float32 with float64 accumulation, no dependency; the oracle of every other engine. */
export const referenceEngine: Engine = {
  id: "reference",
  title: "plain TypeScript, float32 with float64 accumulation",
  runEncoder: runBert,
};

export const engines: Registry<Engine> = [referenceEngine];

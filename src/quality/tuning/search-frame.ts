import { lookUp } from "../../base/registry.ts";
import { movesKeys } from "../../inference/decoding/sequence.ts";
import type { PlannedInput } from "../evaluation/outcome.ts";
import type { PlanFrame } from "./candidate-plan.ts";
import { decoderSpace, knobOfLayers } from "./decoder-space.ts";
import { encoderSpace } from "./encoder-space.ts";
import { rankHeads } from "./head-ranks.ts";
import type { SearchSpace } from "./search-space.ts";
import type { TuneOptions } from "./tune.ts";
import type { LeftOut } from "./tuning.ts";

/** Inputs that heads are ranked by. */
const RANKING_INPUTS = 64;

/** What a search may change on a model, and what its plans have beside that. */
export interface FramedSpace {
  readonly space: SearchSpace;
  readonly frame: PlanFrame;
  readonly leftOut: readonly LeftOut[];
}

/** The space of a model; an encoder's heads are ranked first. @throws SpattenError `config` for an unknown policy. */
export async function framedSpace(
  { model, method, headChoice, cache, policies, runInputs, checkpoint }: TuneOptions,
  inputs: readonly PlannedInput[],
): Promise<FramedSpace> {
  if (model.task === "generation") {
    const { layerCount } = model.layout.shape;
    const policy = lookUp(policies, method, "cache policy");
    const knobOf = knobOfLayers(layerCount);
    return {
      ...decoderSpace(layerCount, policy, movesKeys({ policy }, model.model)),
      frame: {
        ...{ headChoice, headRanks: [], method, cache },
        keepRatios: (settings) => knobOf.map((knob) => settings[knob]!),
        protect: { firstCount: 0, lastCount: 1 },
      },
    };
  }
  const { shape } = model.layout;
  const isFirstRead = model.model.head.kind === "first-token";
  return {
    space: encoderSpace(shape, headChoice),
    leftOut: [],
    frame: {
      ...{ headChoice, method },
      headRanks: await rankHeads(shape, inputs.slice(-RANKING_INPUTS), runInputs, checkpoint),
      // The first layer scores, so nothing has left before it.
      keepRatios: (settings) => [1, ...settings],
      protect: { firstCount: isFirstRead ? 1 : 0, lastCount: 0 },
    },
  };
}

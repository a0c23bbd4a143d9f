import { convertibleBits } from "../../base/arithmetic/bit-codes.ts";
import type { EncoderShape } from "../../inference/models/encoder-model.ts";
import type { Knob, KnobGroup, SearchSpace } from "./search-space.ts";

/** Heads chosen beforehand for each layer, or while the model runs by what they computed so far. */
export type HeadChoice = "fixed" | "cascade";

/** Levels of what stays, in twentieths: 1, 0.95 … */
export function twentieths(leastKeepRatio: number): number[] {
  const count = Math.round((1 - leastKeepRatio) * 20) + 1;
  return Array.from({ length: count }, (_, level) => (20 - level) / 20);
}

export const LEAST_TOKEN_KEEP_RATIO = 0.1;
const LEAST_VALUE_KEEP_RATIO = 0.2;
/** Widths that the machine's converter knows; the widest is no quantization, as its datapath carries such operands. */
const OPERAND_BITS = [...convertibleBits].sort((left, right) => right - left);
/** Of the bits of K, those that are fetched only for flat probabilities; what is left is a width of the converter too. */
const LOW_BITS = [0, 2, 4];

/** A knob with those settings for each id. */
export function knobs(name: string, ids: readonly (number | string)[], settings: readonly number[]): Knob[] {
  return ids.map((id) => ({ id: `${name}.${id}`, settings }));
}

export const valueGroup: KnobGroup = {
  ...{ id: "values", title: "local value pruning", kind: "free" },
  knobs: knobs("values", ["keep"], twentieths(LEAST_VALUE_KEEP_RATIO)),
};

export const bitGroups: readonly KnobGroup[] = [
  {
    ...{ id: "bits", title: "quantization of Q, K and V", kind: "free" },
    knobs: knobs("bits", ["query", "key", "value"], OPERAND_BITS),
  },
  {
    ...{ id: "lowBits", title: "progressive quantization of K", kind: "free" },
    knobs: knobs("lowBits", ["key"], LOW_BITS),
  },
];

/** What a plan for an encoder may change: tokens from the second layer on, heads, local values, widths. */
export function encoderSpace({ layerCount, headCount }: EncoderShape, headChoice: HeadChoice): SearchSpace {
  const layers = Array.from({ length: layerCount }, (_, layer) => layer);
  const counts = Array.from({ length: headCount }, (_, level) => headCount - level);
  const groups: KnobGroup[] = [
    {
      ...{ id: "tokens", title: "cascade token pruning", kind: "cascade" },
      knobs: knobs("tokens", layers.slice(1), twentieths(LEAST_TOKEN_KEEP_RATIO)),
    },
    {
      ...{ id: "heads", title: "head pruning", kind: headChoice === "cascade" ? "cascade" : "free" },
      // The cascade scores heads in a layer and drops them in the next.
      knobs: knobs("heads", headChoice === "cascade" ? layers.slice(1) : layers, counts),
    },
    valueGroup,
    ...bitGroups,
  ];
  return { groups: groups.filter(({ knobs }) => knobs.some(({ settings }) => settings.length > 1)) };
}

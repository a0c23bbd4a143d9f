import type { CachePolicy } from "../../pruning/policies/policy.ts";
import { bitGroups, knobs, LEAST_TOKEN_KEEP_RATIO, twentieths, valueGroup } from "./encoder-space.ts";
import type { SearchSpace } from "./search-space.ts";
import type { LeftOut } from "./tuning.ts";

/** Layers of a deep model share knobs: more of these than a search has trials for would say nothing. */
const MOST_TOKEN_KNOBS = 6;

/** Number of the token knob of each layer: (layers), as even as can be. */
export function knobOfLayers(layerCount: number): number[] {
  const count = Math.min(layerCount, MOST_TOKEN_KNOBS);
  return Array.from({ length: layerCount }, (_, layer) => Math.floor((layer * count) / layerCount));
}

/**
 * What a plan for a decoder may change: the rows of the cache that groups of layers read, local values, widths. Rows that a
 * policy moves have no codes.
 */
export function decoderSpace(
  layerCount: number,
  policy: CachePolicy,
  movesKeys: boolean,
): { readonly space: SearchSpace; readonly leftOut: readonly LeftOut[] } {
  const groupCount = Math.max(...knobOfLayers(layerCount)) + 1;
  const ids = Array.from({ length: groupCount }, (_, group) => group);
  const reason = `codes cannot follow keys that ${policy.id} moves`;
  return {
    space: {
      groups: [
        {
          ...{
            id: "tokens",
            title: "pruning of the cache",
            kind: policy.granularity === "model" ? "cascade" : "free",
          },
          knobs: knobs("tokens", ids, twentieths(LEAST_TOKEN_KEEP_RATIO)),
        },
        valueGroup,
        ...(movesKeys ? [] : bitGroups),
      ],
    },
    leftOut: movesKeys ? bitGroups.map(({ title }) => ({ technique: title, reason })) : [],
  };
}

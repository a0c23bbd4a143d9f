import { SpattenError } from "../../base/errors.ts";
import type { IterationDecisions } from "./decoder-decisions.ts";
import type { HeadSelector } from "./head-selector.ts";
import type { RowSelector } from "./row-selector.ts";

/**
 * Selectors that read what a record says in place of any score: with the same prompt, a run under them reads the same rows
 * and heads. @throws SpattenError `input` from a choice that the record lacks.
 */
export function replaySelectors(decisions: readonly IterationDecisions[]): {
  readonly rows: RowSelector;
  readonly heads: HeadSelector;
} {
  const layerOf = (iteration: number, layer: number) => {
    const found = decisions[iteration]?.layers[layer];
    if (found !== undefined) return found;
    throw new SpattenError("input", "the record ends before the run", {
      got: `iteration ${iteration}, layer ${layer}`,
      expected: `below iteration ${decisions.length}`,
    });
  };
  const nothing = (): void => undefined;
  return {
    rows: {
      choose: ({ iteration, layer }, held) => {
        const { heads } = layerOf(iteration, layer);
        return held.map((positions, head) => ({
          positions: heads.find(({ keyValueHead }) => keyValueHead === head)?.keyPositions ?? positions,
        }));
      },
      observe: nothing,
      commit: nothing,
      rollback: nothing,
    },
    heads: {
      choose: (iteration, layer) => {
        const ids = layerOf(iteration, layer).heads.map(({ keyValueHead }) => keyValueHead);
        return { keyValueHeads: [...new Set(ids)] };
      },
      observe: nothing,
      commit: nothing,
      rollback: nothing,
    },
  };
}

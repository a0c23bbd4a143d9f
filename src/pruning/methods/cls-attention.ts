import { SpattenError } from "../../base/errors.ts";
import type { PruningMethod } from "./method.ts";

/** What the first token, on which a classifier rests, looked at in this layer. */
export const clsAttentionMethod: PruningMethod = {
  id: "cls-attention",
  title: "Attention of the first token",
  source: "EViT, Liang et al., ICLR 2022, section 3.2: attentiveness of the class token, summed over heads",
  score: ({ firstTokenScores }) => {
    if (firstTokenScores !== undefined) return firstTokenScores.slice();
    throw new SpattenError("missing-engine", "this engine does not tell what the first token looked at", {
      where: 'pruning method "cls-attention"',
      hint: "the reference engine does",
    });
  },
};

import type { RowProtocol } from "./quality/decoder-dataset.ts";
// Beside, not in, what uses them: the command line names them in its help without loading any of it.

/** Plan that a run follows when none is named. */
export const DEFAULT_PLAN = "clinc150-safe";
/** Model that a run loads when none is named. */
export const DEFAULT_MODEL = "bert-clinc150";
/** Decoder that a generation loads when none is named. */
export const DEFAULT_DECODER = "gpt2-kjv-shakespeare";
/** Plan that a generation of the command line follows when none is named. */
export const DEFAULT_DECODER_PLAN = "half-cache";
/** Tokens that a generation makes at most when no number is named. */
export const DEFAULT_NEW_TOKENS = 64;
/** Machine that a simulation runs on when none is named. */
export const DEFAULT_MACHINE = "spatten";
/** Plans that a search tries where no number is named. */
export const DEFAULT_TRIAL_BUDGET = 150;
/** Standard errors; without one, the chosen plan loses more on other rows than the floor, most of the time. */
export const DEFAULT_MARGIN = 1;

/** Windows of 256 tokens; a grid of facts that a small model does in minutes. */
export const defaultRows: Omit<RowProtocol, "seed"> = {
  ...{ windowTokenCount: 256, begin: "auto" },
  ...{ lengthTokenCounts: [256, 512], depthRatios: [0, 0.25, 0.5, 0.75, 1], drawCount: 1 },
};

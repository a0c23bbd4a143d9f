import { SpattenError } from "../../base/errors.ts";
import type { DecoderKernels } from "../engines/decoder-kernels.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import type { PassOptions } from "./pass.ts";
import { logSumExp } from "./sampling.ts";

/** Logits of so many rows are held at one time: a vocabulary of 50,000 makes 13 MB of them. */
const ROWS_AT_ONCE = 64;

/** A token behind a state, and what the model made of it. */
export interface TokenScore {
  readonly id: number;
  /** Minus the natural logarithm of its probability. */
  readonly nats: number;
  /** The id with the largest logit, the first of equals. */
  readonly likeliestId: number;
}

/**
 * Scores the token that follows each state: `states` (tokens, hidden); `idAt` names it, given the likeliest.
 * @throws SpattenError `checkpoint` for a logit that is no number.
 */
export async function scoreTokens(
  model: DecoderModel,
  kernels: DecoderKernels,
  states: Float32Array,
  idAt: (row: number, likeliestId: number) => number,
  call: Pick<PassOptions, "checkpoint" | "signal">,
): Promise<TokenScore[]> {
  const { hiddenSize } = model.shape;
  const scores: TokenScore[] = [];
  const rowCount = states.length / hiddenSize;
  while (scores.length < rowCount) {
    const first = scores.length;
    const count = Math.min(ROWS_AT_ONCE, rowCount - first);
    const part = states.subarray(first * hiddenSize, (first + count) * hiddenSize);
    const logits = await kernels.logits(part, call);
    for (let row = 0; row < count; row++) {
      const ofRow = logits.subarray(row * model.vocabularySize, (row + 1) * model.vocabularySize);
      let likeliestId = 0;
      for (let id = 1; id < ofRow.length; id++) if (ofRow[id]! > ofRow[likeliestId]!) likeliestId = id;
      const id = idAt(first + row, likeliestId);
      scores.push({
        id,
        nats: requireFinite(logSumExp(ofRow, ofRow[likeliestId]!) - ofRow[id]!),
        likeliestId,
      });
    }
    const rest = call.checkpoint();
    if (rest !== undefined) await rest;
  }
  return scores;
}

/** What tokens cost under a model, in nats: `ids` (tokens) the one that follows each state; returns (tokens). */
export async function natsOfTokens(
  model: DecoderModel,
  kernels: DecoderKernels,
  states: Float32Array,
  ids: ArrayLike<number>,
  call: Pick<PassOptions, "checkpoint" | "signal">,
): Promise<Float64Array> {
  const scores = await scoreTokens(model, kernels, states, (row) => ids[row]!, call);
  return Float64Array.from(scores, ({ nats }) => nats);
}

function requireFinite(nats: number): number {
  if (Number.isFinite(nats)) return nats;
  throw new SpattenError("checkpoint", "the model's output is not a finite number", { got: String(nats) });
}

import type { DecoderKernels } from "../engines/decoder-kernels.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import type { PassOptions } from "./pass.ts";
import { logSumExp } from "./sampling.ts";

/** Logits of so many rows are held at one time: a vocabulary of 50,000 makes 13 MB of them. */
const ROWS_AT_ONCE = 64;

/**
 * What tokens cost under a model: minus the natural logarithm of each one's probability, given the state before it.
 * `states` (tokens, hidden), `ids` (tokens) the token that follows each; returns (tokens).
 */
export async function natsOfTokens(
  model: DecoderModel,
  kernels: DecoderKernels,
  states: Float32Array,
  ids: ArrayLike<number>,
  call: Pick<PassOptions, "checkpoint" | "signal">,
): Promise<Float64Array> {
  const { hiddenSize } = model.shape;
  const nats = new Float64Array(ids.length);
  for (let first = 0; first < ids.length; first += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, ids.length - first);
    const part = states.subarray(first * hiddenSize, (first + count) * hiddenSize);
    const logits = await kernels.logits(part, call);
    for (let row = 0; row < count; row++) {
      const ofRow = logits.subarray(row * model.vocabularySize, (row + 1) * model.vocabularySize);
      let largest = -Infinity;
      for (let id = 0; id < ofRow.length; id++) if (ofRow[id]! > largest) largest = ofRow[id]!;
      nats[first + row] = logSumExp(ofRow, largest) - ofRow[ids[first + row]!]!;
    }
    const rest = call.checkpoint();
    if (rest !== undefined) await rest;
  }
  return nats;
}

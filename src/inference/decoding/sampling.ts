import { SpattenError } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import { topKIndices } from "../../pruning/top-k.ts";

/** How the next token is drawn. */
export interface Sampling {
  /** 0 takes the likeliest; otherwise logits are divided by it. Default: 0, and 1 where a choice among some is asked for. */
  readonly temperature?: number | undefined;
  /** Draws among so many of the likeliest. */
  readonly topK?: number | undefined;
  /** Draws among the likeliest whose probabilities reach this sum (nucleus; Holtzman et al. 2020). */
  readonly topP?: number | undefined;
}

/** Refuses what no draw can follow. @throws SpattenError `usage`. */
export function requireSampling({ temperature = 0, topK, topP }: Sampling): void {
  const fault = (what: string, got: number, expected: string) =>
    new SpattenError("usage", `${what} is out of range`, { got: String(got), expected });
  if (!(temperature >= 0 && Number.isFinite(temperature)))
    throw fault("temperature", temperature, "at least 0");
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1))
    throw fault("top-k", topK, "a whole number of at least 1");
  if (topP !== undefined && !(topP > 0 && topP <= 1)) throw fault("top-p", topP, "above 0, at most 1");
}

/** A token and its probability among all. */
export interface DrawnToken {
  readonly id: number;
  /** Natural logarithm of its probability at temperature 1, nothing cut off. */
  readonly logProbability: number;
}

/** The next token by its logits (vocabulary). @throws SpattenError `checkpoint` for a logit that is no number. */
export function drawToken(logits: Float32Array, sampling: Sampling, random: Random): DrawnToken {
  const best = likeliest(logits);
  const logOfSum = logSumExp(logits, logits[best]!);
  const { topK, topP } = sampling;
  const { temperature = topK === undefined && topP === undefined ? 0 : 1 } = sampling;
  const id = temperature === 0 ? best : draw(logits, sampling, temperature, random);
  return { id, logProbability: logits[id]! - logOfSum };
}

/** The largest logit's id, the first of equals. */
function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (!Number.isFinite(logit)) {
      throw new SpattenError("checkpoint", "the model's output is not a finite number", {
        got: String(logit),
      });
    }
    if (logit > logits[best]!) best = id;
  }
  return best;
}

function draw(
  logits: Float32Array,
  { topK = logits.length, topP = 1 }: Sampling,
  temperature: number,
  random: Random,
): number {
  const ids = [...topKIndices(logits, Math.min(topK, logits.length))];
  ids.sort((left, right) => logits[right]! - logits[left]! || left - right);
  const largest = logits[ids[0]!]!;
  const weights = ids.map((id) => Math.exp((logits[id]! - largest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let count = 0;
  let mass = 0;
  while (count < ids.length && (count === 0 || mass < topP * total)) mass += weights[count++]!;
  let left = random.next() * mass;
  for (let index = 0; index < count - 1; index++) {
    left -= weights[index]!;
    if (left < 0) return ids[index]!;
  }
  return ids[count - 1]!;
}

/** Logarithm of the sum of exponentials of (vocabulary) logits of which `largest` is the largest. */
export function logSumExp(logits: Float32Array, largest: number): number {
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id]! - largest);
  return largest + Math.log(sum);
}

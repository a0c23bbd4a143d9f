import type { Checkpoint } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import { createRandom } from "../../base/random.ts";
import type { LoadedDecoder } from "../decoder.ts";
import type { DecoderKernels } from "../engines/decoder-kernels.ts";
import { trafficBetween } from "./cache-traffic.ts";
import { runPass } from "./pass.ts";
import { drawToken, requireSampling, type Sampling } from "./sampling.ts";
import { cacheBytes, createSequence, type Sequence, type SequenceOptions } from "./sequence.ts";
import { createTextStream } from "./text-stream.ts";

export interface GenerateOptions extends SequenceOptions, Sampling {
  /** Tokens to generate at most. */
  readonly maximumNewTokens: number;
  /** Texts that end the generation and are not part of it. */
  readonly stops?: readonly string[] | undefined;
  /** Goes on behind a token that ends a text. */
  readonly ignoresEnd?: boolean | undefined;
  /** Seed of the draws. */
  readonly seed?: number | undefined;
  readonly checkpoint: Checkpoint;
  readonly signal?: AbortSignal | undefined;
  readonly onPromptLayer?: ((done: number, total: number) => void) | undefined;
}

/** Why a generation ended: so many tokens were asked for, a stop, the end of the text, or of the model's positions. */
export type FinishReason = "length" | "stop" | "end-of-text" | "positions";

/** One token and what reading the cache for it took; the first one rests on the prompt alone. */
export interface GenerationStep {
  readonly id: number;
  /** Text that is settled by it. */
  readonly text: string;
  readonly logProbability: number;
  /** Rows of K that its iteration read and held, summed over layers and key and value heads; 0 for the first token. */
  readonly fetchedRowCount: number;
  readonly heldRowCount: number;
}

/** A whole generation. */
export interface Generation {
  readonly promptIds: readonly number[];
  readonly ids: readonly number[];
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly steps: readonly GenerationStep[];
  /** Bytes that the cache's buffers take at the end. */
  readonly cacheBytes: number;
  readonly sequence: Sequence;
}

/**
 * Tokens behind a prompt, one by one; returns the whole when it ends. The prompt is iteration 0; each further iteration
 * works on the token that the one before gave, so the last token of a generation is never fed back.
 * @throws SpattenError `input` for a prompt beyond the positions, `usage`, `config`, `aborted`.
 */
export async function* generate(
  decoder: Pick<LoadedDecoder, "model" | "tokenizer" | "endIds">,
  kernels: DecoderKernels,
  promptIds: readonly number[],
  options: GenerateOptions,
): AsyncGenerator<GenerationStep, Generation, void> {
  const { model, tokenizer, endIds } = decoder;
  const { checkpoint, signal, maximumNewTokens, stops = [] } = options;
  requireSampling(options);
  requireCount(maximumNewTokens);
  const sequence = createSequence(model, options);
  const stream = createTextStream(
    tokenizer.decode,
    stops.filter((stop) => stop !== ""),
  );
  const random = createRandom(options.seed ?? 0);
  const steps: GenerationStep[] = [];
  const call = { checkpoint, signal };
  const { hiddenSize } = model.shape;
  let finishReason: FinishReason = "length";
  let states = await runPass(model, kernels, [{ sequence, ids: promptIds }], {
    ...call,
    onLayer: options.onPromptLayer,
  });
  let traffic = sequence.traffic;
  let rows = { fetchedRowCount: 0, heldRowCount: 0 };
  while (steps.length < maximumNewTokens) {
    const logits = await kernels.logits(states.slice(-hiddenSize), call);
    const { id, logProbability } = drawToken(logits, options, random);
    if (endIds.includes(id) && options.ignoresEnd !== true) {
      finishReason = "end-of-text";
      break;
    }
    const { text, isStopped } = stream.push(id);
    const isLast = steps.length + 1 === maximumNewTokens;
    const isFull = sequence.ids.length === model.positionCount;
    const rest = (isLast || isFull) && !isStopped ? stream.end() : "";
    const step = { id, text: text + rest, logProbability, ...rows };
    steps.push(step);
    yield step;
    if (isStopped || isFull) {
      finishReason = isStopped ? "stop" : "positions";
      break;
    }
    if (isLast) break;
    states = await runPass(model, kernels, [{ sequence, ids: [id] }], call);
    const { fetchedRows, heldRows } = trafficBetween(traffic, sequence.traffic);
    rows = { fetchedRowCount: fetchedRows, heldRowCount: heldRows };
    traffic = sequence.traffic;
  }
  const last = finishReason === "end-of-text" ? stream.end() : "";
  return {
    promptIds: [...promptIds],
    ids: steps.map(({ id }) => id),
    text: steps.map((step) => step.text).join("") + last,
    finishReason,
    steps,
    cacheBytes: cacheBytes(sequence),
    sequence,
  };
}

function requireCount(count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new SpattenError("usage", "the number of tokens to generate is out of range", {
    got: String(count),
    expected: "a whole number of at least 1",
  });
}

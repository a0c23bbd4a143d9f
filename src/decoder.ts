import type { LongCallOptions } from "./base/checkpoint.ts";
import { SpattenError } from "./base/errors.ts";
import type { ChatMessage } from "./inference/decoding/chat.ts";
import type { IterationDecisions } from "./inference/decoding/decoder-decisions.ts";
import type {
  DecoderTextModel,
  GenerationRun,
  TextGenerationOptions,
} from "./inference/decoding/decoder-text-model.ts";
import type { GenerationStep } from "./inference/decoding/generate.ts";
import type { Sampling } from "./inference/decoding/sampling.ts";
import type { PruningPlan } from "./pruning/plan.ts";

export interface GenerateOptions extends LongCallOptions, Sampling {
  /** Name of a preset, or a plan; by default nothing is pruned. */
  readonly plan?: string | PruningPlan;
  readonly engine?: string;
  /** By default 64. */
  readonly maximumNewTokens?: number;
  /** Texts that end the generation and are not part of it. */
  readonly stops?: readonly string[];
  /** Goes on behind a token that ends a text. */
  readonly ignoresEnd?: boolean;
  /** Seed of the draws. */
  readonly seed?: number;
  /** Decisions of an earlier run, which are followed in place of the plan's policy. */
  readonly replay?: readonly IterationDecisions[];
}

/** A loaded decoder: its shape, and ways to go on from a text. */
export interface Decoder extends Omit<DecoderTextModel, "generate" | "close">, AsyncDisposable {
  /**
   * Tokens behind a text or a chat, one by one; the iterator returns the whole run at its end.
   * @throws SpattenError `input`, `config`, `usage`, `missing-engine`, `aborted`.
   */
  generate(
    prompt: string | readonly ChatMessage[],
    options?: GenerateOptions,
  ): AsyncGenerator<GenerationStep, GenerationRun, void>;
  /** The same, at once. @throws SpattenError as `generate` does. */
  complete(prompt: string | readonly ChatMessage[], options?: GenerateOptions): Promise<GenerationRun>;
  /** Lets go of the weights; a closed decoder runs nothing more. */
  close(): Promise<void>;
}

/** A decoder that runs until it is closed; `resolve` finds what the names in a call's options stand for. */
export function openDecoder(
  loaded: DecoderTextModel,
  resolve: (options: GenerateOptions) => TextGenerationOptions,
): Decoder {
  let model: DecoderTextModel | undefined = loaded;
  const close = async (): Promise<void> => {
    const closing = model;
    model = undefined;
    await closing?.close();
  };
  const { generate: _, close: __, ...about } = loaded;
  const generate: Decoder["generate"] = (prompt, options = {}) => {
    if (model === undefined) throw new SpattenError("usage", `the decoder ${loaded.name} is closed`);
    return model.generate(prompt, resolve(options));
  };
  return {
    ...about,
    generate,
    complete: async (prompt, options) => {
      const steps = generate(prompt, options);
      for (;;) {
        const next = await steps.next();
        if (next.done === true) return next.value;
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

import type { Checkpoint, Progress } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { FolderReader } from "../../base/folder-reader.ts";
import type { Registry } from "../../base/registry.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { CachePolicy } from "../../pruning/policies/policy.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { type LoadedDecoder, loadDecoder, openKernels } from "../decoder.ts";
import type { DecoderKernels } from "../engines/decoder-kernels.ts";
import type { Engine } from "../engines/engine.ts";
import { checkText } from "../tokenizer.ts";
import type { CacheTraffic } from "./cache-traffic.ts";
import { type ChatMessage, renderChat } from "./chat.ts";
import type { IterationDecisions } from "./decoder-decisions.ts";
import { type RecordedPart, recordDecoderWorkload } from "./decoder-recorder.ts";
import { type FinishReason, type GenerationStep, generate } from "./generate.ts";
import { replaySelectors } from "./replay.ts";
import type { Sampling } from "./sampling.ts";

/** What a generation is asked for. */
export interface TextGenerationOptions extends Sampling {
  readonly plan: PruningPlan;
  readonly engine: Engine;
  readonly policies: Registry<CachePolicy>;
  readonly maximumNewTokens: number;
  readonly stops?: readonly string[] | undefined;
  readonly ignoresEnd?: boolean | undefined;
  readonly seed?: number | undefined;
  /** Reads the rows and heads of an earlier run in place of choosing. */
  readonly replay?: readonly IterationDecisions[] | undefined;
  readonly checkpoint: Checkpoint;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** One prompt under one plan: the text behind it, every decision on the way, and the attention work that it is. */
export interface GenerationRun {
  readonly prompt: string;
  readonly promptIds: readonly number[];
  readonly plan: PruningPlan;
  readonly ids: readonly number[];
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly steps: readonly GenerationStep[];
  /** Rows that the iterations read and held, the prompt's among them. */
  readonly traffic: CacheTraffic;
  /** Bytes that the cache takes at the end. */
  readonly cacheBytes: number;
  readonly decisions: readonly IterationDecisions[];
  /** The tokens behind the prompt alone, or the prompt as well. */
  workload(part?: RecordedPart): AttentionWorkload;
}

/** A loaded decoder of texts. */
export interface DecoderTextModel {
  readonly name: string;
  readonly layerCount: number;
  readonly headCount: number;
  readonly keyValueHeadCount: number;
  readonly headDimension: number;
  readonly positionCount: number;
  /** Tokens behind a text or a chat, one by one; the whole run at the end. @throws SpattenError `input`, `config`, `usage`, `aborted`. */
  generate(
    prompt: string | readonly ChatMessage[],
    options: TextGenerationOptions,
  ): AsyncGenerator<GenerationStep, GenerationRun, void>;
  close(): Promise<void>;
}

/** Loads a decoder of texts. @throws SpattenError `missing-model`, `missing-engine`, `checkpoint`. */
export async function loadDecoderTextModel(folder: FolderReader): Promise<DecoderTextModel> {
  return decoderTextModelOf(await loadDecoder(folder));
}

/** The model of texts that a decoder is; kernels of an engine are kept until it is closed. */
export function decoderTextModelOf(decoder: LoadedDecoder): DecoderTextModel {
  const { name, layout, model, tokenizer } = decoder;
  const opened = new Map<Engine, Promise<DecoderKernels>>();
  let isClosed = false;
  const kernelsOn = async (engine: Engine): Promise<DecoderKernels> => {
    // A generation that was asked for before, and begins only now, would open them anew.
    if (isClosed) throw new SpattenError("usage", `the decoder ${name} is closed`);
    const kernels = opened.get(engine) ?? openKernels(engine, model);
    opened.set(engine, kernels);
    kernels.catch(() => opened.delete(engine));
    return kernels;
  };
  const { layerCount, headCount, keyValueHeadCount, headDimension } = layout.shape;
  return {
    ...{ name, layerCount, headCount, keyValueHeadCount, headDimension },
    positionCount: layout.positionCount,
    generate: async function* (prompt, options) {
      const { plan, engine, replay, onProgress } = options;
      const text = typeof prompt === "string" ? prompt : renderChat(prompt, decoder.chatTemplate);
      checkText(text);
      const promptIds = typeof prompt === "string" ? tokenizer.encode(text).ids : tokenizer.encodePlain(text);
      requireRoom(promptIds.length, layout.positionCount);
      const kernels = await kernelsOn(engine);
      const generation = generate(decoder, kernels, promptIds, {
        ...options,
        records: true,
        selectors: replay === undefined ? undefined : replaySelectors(replay),
        onPromptLayer: (done, total) => onProgress?.({ stage: `${plan.name}: prompt`, done, total }),
      });
      let count = 0;
      for (;;) {
        const next = await generation.next();
        if (next.done !== true) {
          count++;
          onProgress?.({ stage: `${plan.name}: tokens`, done: count, total: options.maximumNewTokens });
          yield next.value;
          continue;
        }
        const { sequence, ...whole } = next.value;
        const decisions = sequence.decisions ?? [];
        const recorded = { name, shape: layout.shape, plan, policy: sequence.policy };
        return {
          ...whole,
          ...{ prompt: text, plan, decisions, traffic: sequence.traffic },
          workload: (part) => recordDecoderWorkload(recorded, decisions, part),
        };
      }
    },
    close: async () => {
      isClosed = true;
      const all = [...opened.values()];
      opened.clear();
      for (const kernels of all) await (await kernels).close();
    },
  };
}

function requireRoom(tokenCount: number, positionCount: number): void {
  if (tokenCount <= positionCount) return;
  throw new SpattenError("input", "the prompt has more tokens than the model has positions", {
    got: `${tokenCount} tokens`,
    expected: `at most ${positionCount}`,
  });
}

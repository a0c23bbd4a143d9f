import type { Checkpoint } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { Registry } from "../../base/registry.ts";
import { type LoadedDecoder, openKernels } from "../../inference/decoder.ts";
import { trafficBetween } from "../../inference/decoding/cache-traffic.ts";
import { runPass } from "../../inference/decoding/pass.ts";
import { scoreTokens } from "../../inference/decoding/score-tokens.ts";
import { cacheBytes, createSequence, type Sequence } from "../../inference/decoding/sequence.ts";
import type { DecoderKernels } from "../../inference/engines/decoder-kernels.ts";
import type { Engine } from "../../inference/engines/engine.ts";
import { decoderLinearWork } from "../../inference/models/decoder-model.ts";
import { isDense } from "../../pruning/dense-plan.ts";
import type { PruningPlan } from "../../pruning/plan.ts";
import type { CachePolicy } from "../../pruning/policies/policy.ts";
import { type Course, type CourseScores, followCourses, windowCourse } from "../perplexity/step-by-step.ts";
import { decoderParts, slimNewest, workloadBehindPrompt } from "./decoder-counts.ts";
import type { Answer, EvaluationInput, Outcome } from "./outcome.ts";
import type { Price, RunOutcomes } from "./outcome-runner.ts";

export interface DecoderRunnerOptions {
  readonly decoder: LoadedDecoder;
  readonly engine: Engine;
  readonly policies: Registry<CachePolicy>;
  readonly price: Price;
  /** Milliseconds of any origin. */
  readonly clock: () => number;
  readonly checkpoint: Checkpoint;
  readonly signal?: AbortSignal | undefined;
}

type DecoderInput = Extract<EvaluationInput, { kind: "window" | "prompt" }>;

/** A sequence behind its prompt, with what the prompt gave. */
interface Started {
  readonly sequence: Sequence;
  readonly promptNats: readonly number[];
  readonly before: Sequence["traffic"];
}

/**
 * A way to run windows and prompts on a loaded decoder, side by side; everything but the prompt's nats is counted and timed
 * behind the prompt, where a policy acts. `close` lets go of what the engine holds.
 */
export function createDecoderRunner(options: DecoderRunnerOptions): {
  readonly runOutcomes: RunOutcomes;
  readonly close: () => Promise<void>;
} {
  const { decoder, engine, policies, clock, checkpoint, signal } = options;
  const { model } = decoder;
  const call = { checkpoint, signal };
  let opened: Promise<DecoderKernels> | undefined;
  const price = rememberedDense(options.price);

  const start = async (kernels: DecoderKernels, input: DecoderInput, plan: PruningPlan): Promise<Started> => {
    const sequence = createSequence(model, { plan, policies, records: true });
    const promptCount = input.kind === "window" ? input.promptCount : input.ids.length;
    const ids = input.ids.slice(0, promptCount - 1);
    const states = await runPass(model, kernels, [{ sequence, ids }], call);
    slimNewest(sequence);
    // Any plan works on the prompt whole: what its tokens cost is asked for once.
    const isScored = input.kind === "window" && isDense(plan);
    const scores = isScored
      ? await scoreTokens(model, kernels, states, (row) => input.ids[row + 1]!, call)
      : [];
    return { sequence, promptNats: scores.map(({ nats }) => nats), before: sequence.traffic };
  };

  const courseOf = (input: DecoderInput, { sequence }: Started): Course => {
    if (input.kind === "window") return windowCourse(sequence, input.ids, input.promptCount);
    return {
      sequence,
      firstId: input.ids.at(-1)!,
      next: (step, id) => ({
        id,
        isLast: decoder.endIds.includes(id) || step === input.newTokenCount - 1,
      }),
    };
  };

  const runOutcomes: RunOutcomes = async (inputs, { plan, arithmetic }) => {
    if (arithmetic !== "float32") {
      throw new SpattenError("usage", "decoders compute in float32 alone", {
        got: `arithmetic ${arithmetic}`,
        hint: "leave --arithmetic (arithmetic) out; a plan's quantization narrows the cache",
      });
    }
    opened ??= openKernels(engine, model);
    const kernels = await opened;
    const own = inputs.map(requireSequence);
    const started: Started[] = [];
    for (const input of own) started.push(await start(kernels, input, plan));
    const slimAll = (): void => {
      for (const { sequence } of started) slimNewest(sequence);
    };
    const startedAt = clock();
    const scores = await followCourses(
      { model, kernels },
      own.map((input, index) => courseOf(input, started[index]!)),
      { ...call, onStep: slimAll },
    );
    const measuredMilliseconds = (clock() - startedAt) / inputs.length;
    const outcomes: Outcome[] = [];
    for (const [index, input] of own.entries()) {
      const { sequence, promptNats, before } = started[index]!;
      const traffic = trafficBetween(before, sequence.traffic);
      const stepCount = scores[index]!.ids.length;
      const { layerCount } = model.shape;
      const isGated = model.layers[0]!.feedForward.kind === "gated";
      outcomes.push({
        answer: answerOf(input, scores[index]!, promptNats, decoder),
        tokenCount: sequence.ids.length + 1,
        ...decoderParts(sequence, model.shape, traffic),
        linearOperations: 2 * layerCount * decoderLinearWork(model.shape, stepCount, isGated),
        ...(await price(sequence, () => workloadBehindPrompt(decoder, sequence))),
        measuredMilliseconds,
        cache: {
          ...{ fetchedRows: traffic.fetchedRows, heldRows: traffic.heldRows },
          bytes: cacheBytes(sequence),
        },
      });
    }
    return outcomes;
  };
  return {
    runOutcomes,
    close: async () => {
      const closing = opened;
      opened = undefined;
      await (await closing?.catch(() => undefined))?.close();
    },
  };
}

function requireSequence(input: EvaluationInput): DecoderInput {
  if (input.kind === "window" || input.kind === "prompt") return input;
  throw new SpattenError("usage", "a decoder is judged on windows of text and on prompts", {
    where: input.where,
    got: input.kind,
  });
}

function answerOf(
  input: DecoderInput,
  { ids, nats, likeliestIds }: CourseScores,
  promptNats: readonly number[],
  { tokenizer }: LoadedDecoder,
): Answer {
  if (input.kind === "prompt") return { kind: "completion", text: tokenizer.decode(ids) };
  return {
    ...{ kind: "tokens", nats: [...nats], likeliestIds: [...likeliestIds] },
    promptNats: promptNats.reduce((sum, value) => sum + value, 0),
    promptScoredCount: promptNats.length,
  };
}

/** What a dense run costs depends on its lengths alone. */
function rememberedDense(price: Price) {
  const known = new Map<string, ReturnType<Price>>();
  return (sequence: Sequence, workload: () => Parameters<Price>[0]): ReturnType<Price> => {
    if (!isDense(sequence.plan)) return price(workload());
    const key = `${sequence.decisions![0]!.ids.length}/${sequence.iteration}`;
    const priced = known.get(key) ?? price(workload());
    known.set(key, priced);
    priced.catch(() => known.delete(key));
    return priced;
  };
}

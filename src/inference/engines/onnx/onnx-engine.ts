import { abortedError, type Checkpoint, finishWithRests } from "../../../base/checkpoint.ts";
import { isSpattenError } from "../../../base/errors.ts";
import type { OnnxRuntime, OnnxSession } from "../../../base/onnx-runtime.ts";
import type { EncoderRun } from "../../decisions.ts";
import { createCascade } from "../../models/encoder-cascade.ts";
import { type EncoderModel, type ModelInput, rowCountOf } from "../../models/encoder-model.ts";
import type { EncoderBatch, EncoderInput, Engine } from "../engine.ts";
import { loadGraph } from "./load-graph.ts";
import { lowerEncoderSteps } from "./lower-encoder.ts";
import type { LoweringOptions, WeightFormat } from "./lowering.ts";
import { graphFeeds } from "./model-inputs.ts";
import { openOnnxDecoder } from "./onnx-decoder.ts";
import { readRun } from "./read-run.ts";
import { requireLowering } from "./require-lowering.ts";

/** An engine that builds a graph for a model and a plan, and runs it. */
export interface OnnxEngine extends Engine {
  runBatch: NonNullable<Engine["runBatch"]>;
}

export interface OnnxEngineOptions {
  readonly id: string;
  readonly title: string;
  readonly runtime: OnnxRuntime;
  readonly weights?: WeightFormat;
}

/** Graphs stay loaded for the plans that were used last: dense and pruned, as a comparison wants. */
const LOADED_GRAPHS_PER_MODEL = 2;

/** An engine over a runtime of ONNX graphs; nothing is loaded before the first run. */
export function createOnnxEngine({ id, title, runtime, weights = "float32" }: OnnxEngineOptions): OnnxEngine {
  const sessionOf = sessionCache(runtime);
  const runBatch = async (
    model: EncoderModel,
    { inputs, ...batch }: EncoderBatch,
    form: LoweringOptions["form"],
  ): Promise<EncoderRun[]> => {
    requireLowering(batch.plan, model.shape, batch.methods);
    for (const input of inputs) requireFit(model, input, batch);
    await rest(batch);
    const session = await loaded(batch, () =>
      sessionOf(model, batch, { form, weights, outputs: "decisions" }),
    );
    const outputs = await session.run(graphFeeds(model, inputs, form), batch.signal);
    await rest(batch);
    batch.onLayer?.(model.shape.layerCount, model.shape.layerCount);
    return inputs.map((input, index) =>
      readRun(outputs, { model, plan: batch.plan, index, rowCount: rowCountOf(input) }),
    );
  };
  return {
    id,
    title,
    describe: () => runtime.describe(),
    openDecoder: (model) => openOnnxDecoder(model, runtime, weights),
    runEncoder: async (model, { input, ...rest }) =>
      (await runBatch(model, { ...rest, inputs: [input] }, "one"))[0]!,
    runBatch: async (model, batch) => (batch.inputs.length === 0 ? [] : runBatch(model, batch, "batch")),
  };
}

/** The same refusals as in every other engine: a plan that prunes before the first score, an input of another kind. */
function requireFit(model: EncoderModel, input: ModelInput, { plan, methods }: Omit<EncoderBatch, "inputs">) {
  if (input.kind !== model.embeddings.kind) {
    throw new TypeError(`a model of ${model.embeddings.kind} was given ${input.kind}`);
  }
  createCascade(plan, { ...model.shape, tokenCount: rowCountOf(input) }, methods);
}

async function rest({ checkpoint, signal }: Omit<EncoderBatch, "inputs">): Promise<void> {
  if (signal?.aborted === true) throw abortedError();
  const pause = checkpoint();
  if (pause !== undefined) await pause;
}

/** A graph whose first asker gave up while it was put together is begun again for whoever still waits for it. */
async function loaded(
  batch: Omit<EncoderBatch, "inputs">,
  ask: () => Promise<OnnxSession>,
): Promise<OnnxSession> {
  for (;;) {
    try {
      return await orAborted(ask(), batch.signal);
    } catch (error) {
      if (!isSpattenError(error) || error.code !== "aborted") throw error;
      await rest(batch);
    }
  }
}

/** A graph that a runtime loads goes on loading for whoever asks next; who gave up does not wait for it. */
async function orAborted<Value>(waited: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return waited;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortedError());
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([waited, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

type SessionOf = (
  model: EncoderModel,
  batch: Omit<EncoderBatch, "inputs">,
  options: LoweringOptions,
) => Promise<OnnxSession>;

/** Loaded graphs by model and plan; those of a model that nobody holds any longer are let go. */
function sessionCache(runtime: OnnxRuntime): SessionOf {
  const cache = new WeakMap<EncoderModel, Map<string, Promise<OnnxSession>>>();
  const release = (session: Promise<OnnxSession>): void => {
    session.then((loaded) => loaded.release()).catch(() => undefined);
  };
  const forgotten = new FinalizationRegistry((sessions: Map<string, Promise<OnnxSession>>) => {
    for (const session of sessions.values()) release(session);
  });
  return (model, { plan, checkpoint }, options) => {
    let sessions = cache.get(model);
    if (sessions === undefined) {
      sessions = new Map();
      cache.set(model, sessions);
      forgotten.register(model, sessions);
    }
    const key = JSON.stringify([plan, options]);
    const session = sessions.get(key) ?? loadEncoderGraph(runtime, model, plan, options, checkpoint);
    sessions.delete(key);
    sessions.set(key, session);
    session.catch(() => sessions.delete(key));
    for (const [oldest, old] of sessions) {
      if (sessions.size <= LOADED_GRAPHS_PER_MODEL) break;
      sessions.delete(oldest);
      release(old);
    }
    return session;
  };
}

async function loadEncoderGraph(
  runtime: OnnxRuntime,
  model: EncoderModel,
  plan: EncoderInput["plan"],
  options: LoweringOptions,
  checkpoint: Checkpoint,
): Promise<OnnxSession> {
  return loadGraph(runtime, await finishWithRests(lowerEncoderSteps(model, plan, options), checkpoint));
}

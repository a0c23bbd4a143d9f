import type { EncoderRun } from "../decisions.ts";
import type { EncoderModel } from "../models/encoder-model.ts";
import type { EncoderInput, Engine } from "./engine.ts";

interface Waiting {
  readonly model: EncoderModel;
  readonly input: EncoderInput;
  readonly resolve: (run: EncoderRun) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The engine, but inputs that are asked for while it is busy run together as soon as it is free, `largest` at most: what
 * is asked for at one time needs no clock to find together. Equal answers, less time an input, more until each is there.
 */
export function batchingEngine(engine: Engine, largest: number): Engine {
  const { runBatch } = engine;
  if (runBatch === undefined) return engine;
  const queue: Waiting[] = [];
  let isBusy = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    for (let batch = nextBatch(queue, largest); batch.length > 0; batch = nextBatch(queue, largest)) {
      const [{ model, input }] = batch as [Waiting, ...Waiting[]];
      try {
        const inputs = batch.map((item) => item.input.input);
        const runs = await runBatch(model, { ...input, inputs });
        for (const [index, item] of batch.entries()) item.resolve(runs[index]!);
      } catch (error) {
        for (const item of batch) item.reject(error);
      }
    }
    isBusy = false;
  };
  return {
    ...engine,
    runEncoder: (model, input) =>
      new Promise((resolve, reject) => {
        queue.push({ model, input, resolve, reject });
        if (!isBusy) void work();
      }),
  };
}

/** The first inputs that wait, as far as they are of one model and one plan. */
function nextBatch(queue: Waiting[], largest: number): Waiting[] {
  const first = queue[0];
  const other = queue.findIndex(
    ({ model, input }) => model !== first!.model || input.plan !== first!.input.plan,
  );
  return queue.splice(0, Math.min(largest, other < 0 ? queue.length : other));
}

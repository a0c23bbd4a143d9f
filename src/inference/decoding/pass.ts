import type { Checkpoint } from "../../base/checkpoint.ts";
import { SpattenError } from "../../base/errors.ts";
import type { DecoderKernels } from "../engines/decoder-kernels.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import { bringHome } from "./kept-cache.ts";
import type { SequenceLayerResult } from "./layer-choice.ts";
import { createRotary } from "./rotary.ts";
import type { Sequence } from "./sequence.ts";
import { commit, rowCountsOf, takeBack } from "./sequence-commit.ts";
import { attendSequence, type SequenceRows } from "./sequence-layer.ts";
import { wholeKernelFor } from "./whole-kernel.ts";
import { runWhole } from "./whole-pass.ts";

/** New tokens of one sequence. */
export interface SequenceStep {
  readonly sequence: Sequence;
  readonly ids: readonly number[];
}

export interface PassOptions {
  readonly checkpoint: Checkpoint;
  readonly signal?: AbortSignal | undefined;
  readonly onLayer?: ((done: number, total: number) => void) | undefined;
  /** Keeps an engine from loading its graph of all layers where other passes go from part to part anyway. */
  readonly partByPart?: boolean | undefined;
}

/**
 * One iteration of one or several sequences, each with its own new tokens: their normalised last states, rows in the order
 * of the steps. A pass that fails or is aborted leaves every sequence as it was.
 * @throws SpattenError `input` for ids or positions that the model lacks, `aborted`.
 */
export async function runPass(
  model: DecoderModel,
  kernels: DecoderKernels,
  steps: readonly SequenceStep[],
  options: PassOptions,
): Promise<Float32Array> {
  const parts = partsOf(model, steps);
  const sequences = steps.map(({ sequence }) => sequence);
  const before = sequences.map(rowCountsOf);
  const results: SequenceLayerResult[][] = steps.map(() => []);
  try {
    const whole = options.partByPart === true ? undefined : wholeKernelFor(model, kernels, sequences);
    const done = whole && (await runWhole(model, whole, steps[0]!, options));
    if (done !== undefined) results[0]!.push(...done.results);
    if (done === undefined) await Promise.all(sequences.map(bringHome));
    const states = done?.states ?? (await runLayers(model, kernels, steps, parts, results, options));
    for (const [index, { sequence, ids }] of steps.entries()) commit(sequence, ids, results[index]!);
    return states;
  } catch (error) {
    for (const [index, sequence] of sequences.entries()) takeBack(sequence, before[index]!);
    throw error;
  }
}

async function runLayers(
  model: DecoderModel,
  kernels: DecoderKernels,
  steps: readonly SequenceStep[],
  parts: readonly SequenceRows[],
  results: readonly SequenceLayerResult[][],
  options: PassOptions,
): Promise<Float32Array> {
  const { layerCount, headCount, headDimension } = model.shape;
  const { checkpoint } = options;
  const rotary =
    model.positions.kind === "rotary" ? createRotary(headDimension, model.positions.base) : undefined;
  const ids = Int32Array.from(steps.flatMap((step) => step.ids));
  const positions = Int32Array.from(
    parts.flatMap(({ position, count }) => Array.from({ length: count }, (_, row) => position + row)),
  );
  let rows = await kernels.embed(ids, positions, options);
  for (let layer = 0; ; layer++) {
    const context = new Float32Array(ids.length * headCount * headDimension);
    for (const [index, part] of parts.entries()) {
      results[index]!.push(await attendSequence({ model, layer, rotary, checkpoint }, rows, part, context));
    }
    options.onLayer?.(layer + 1, layerCount);
    if (layer + 1 === layerCount) return kernels.finish(rows.hidden, context, options);
    rows = await kernels.advance(layer, rows.hidden, context, options);
  }
}

function partsOf(model: DecoderModel, steps: readonly SequenceStep[]): SequenceRows[] {
  let first = 0;
  return steps.map(({ sequence, ids }) => {
    requireIds(model, ids);
    const part = { sequence, first, count: ids.length, position: sequence.ids.length };
    const end = part.position + part.count;
    if (end > model.positionCount) throw beyondPositions(end, model.positionCount);
    first += ids.length;
    return part;
  });
}

function requireIds({ vocabularySize }: DecoderModel, ids: readonly number[]): void {
  if (ids.length === 0)
    throw new SpattenError("input", "a step needs a token", { expected: "at least one id" });
  const bad = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabularySize));
  if (bad === undefined) return;
  throw new SpattenError("input", "the model does not know this token", {
    got: `id ${bad}`,
    expected: `a whole number below ${vocabularySize}`,
  });
}

function beyondPositions(wanted: number, limit: number): SpattenError {
  return new SpattenError("input", "the text has more tokens than the model has positions", {
    got: `${wanted} tokens`,
    expected: `at most ${limit}`,
  });
}

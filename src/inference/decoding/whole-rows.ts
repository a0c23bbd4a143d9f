import type { LayerLoan, LayerReading, WholeResult } from "../engines/decoder-kernels.ts";
import { EXCLUDED_SCORE } from "../engines/excluded-score.ts";
import type { DecoderModel, DecoderShape } from "../models/decoder-model.ts";
import { bringHome } from "./kept-cache.ts";
import type { LayerChoice, LayerGroups } from "./layer-choice.ts";
import type { PassOptions } from "./pass.ts";
import type { Sequence } from "./sequence.ts";
import { observedQueries } from "./sequence-layer.ts";
import type { WholeKernel } from "./whole-kernel.ts";
import { addTotals, emptyTotals } from "./whole-totals.ts";

/** New rows of one call: their probabilities are all there at once, heads · rows · cache of each layer. */
export const WHOLE_ROW_COUNT = 128;

/** New tokens of a sequence, and what its layers read. */
export interface ChosenRows {
  readonly sequence: Sequence;
  readonly ids: readonly number[];
  readonly choices: readonly LayerChoice[];
}

/** New tokens through an engine, a part after the other; their keys and values are stored. */
export async function readWhole(
  model: DecoderModel,
  whole: WholeKernel,
  { sequence, ids, choices }: ChosenRows,
  options: PassOptions,
): Promise<{ readonly states: Float32Array; readonly layers: readonly LayerGroups[] }> {
  const { shape } = model;
  const states = new Float32Array(ids.length * shape.hiddenSize);
  const firstObserved = ids.length - observedQueries(sequence);
  // A record alone tells heads that share their rows apart.
  const sumsHeads = sequence.sharesRows && sequence.decisions === undefined;
  const isObserved = firstObserved < ids.length;
  const totals = choices.map((choice) => emptyTotals(shape, choice, isObserved, sumsHeads));
  for (let first = 0; first < ids.length; first += WHOLE_ROW_COUNT) {
    const count = Math.min(WHOLE_ROW_COUNT, ids.length - first);
    await rest(options);
    const start = sequence.ids.length + first;
    const mayKeep = ids.length === 1 && !shrinks(sequence, choices);
    if (!mayKeep || !hasRoom(sequence, count)) await bringHome(sequence);
    const slots = sequence.caches.map((_, layer) => slotsRead(sequence, layer, choices[layer]!, count));
    const observedCount = Math.max(0, first + count - Math.max(first, firstObserved));
    const result = await whole(
      {
        ...{ observedCount, sumsHeads },
        ids: Int32Array.from(ids.slice(first, first + count)),
        positions: Int32Array.from({ length: count }, (_, row) => start + row),
        ...{ mayKeep, kept: sequence.kept },
        lend: async () => {
          await bringHome(sequence);
          return sequence.stores.map((_, layer) => lend(sequence, layer, slots[layer]!));
        },
        again: () =>
          sequence.stores.map((store, layer) => ({
            ...reading(sequence, layer, slots[layer]!),
            edits: store.again(),
          })),
        keep: (cache) => {
          sequence.kept = cache;
          for (const store of sequence.stores) store.keep();
        },
      },
      options,
    );
    // A run is not stopped on its way, since it has the cache.
    await rest(options);
    states.set(result.states, first * shape.hiddenSize);
    for (const [layer, told] of result.layers.entries()) {
      addTotals(shape, totals[layer]!, told, slots[layer]!, count, observedCount);
    }
    append(shape, sequence, result, start, count);
    options.onLayer?.(Math.floor((shape.layerCount * (first + count)) / ids.length), shape.layerCount);
  }
  return { states, layers: totals };
}

async function rest({ checkpoint }: PassOptions): Promise<void> {
  await checkpoint();
}

/** Where the stored rows lie that each head reads, in their order; room is made for the new ones. */
function slotsRead(
  { caches, sharesRows }: Sequence,
  layer: number,
  { kept }: LayerChoice,
  count: number,
): Int32Array[] {
  const ofHead = (head: number): Int32Array => {
    const cache = caches[layer]![head]!;
    cache.reserve(cache.rowCount() + count);
    const slots = cache.slots();
    const rows = kept[head]!;
    let stored = rows.length;
    while (stored > 0 && rows[stored - 1]! >= slots.length) stored--;
    const read = new Int32Array(stored);
    for (let row = 0; row < stored; row++) read[row] = slots[rows[row]!]!;
    return read;
  };
  const shared = sharesRows ? ofHead(0) : undefined;
  return caches[layer]!.map((_, head) => shared ?? ofHead(head));
}

/** Whether layers will let go of memory. */
function shrinks({ stores, evicts }: Sequence, choices: readonly LayerChoice[]): boolean {
  if (!evicts) return false;
  return stores.some((store, layer) => {
    const most = choices[layer]!.kept.reduce((rows, { length }) => Math.max(rows, length), 0);
    return store.isTooLargeFor(most);
  });
}

function hasRoom({ stores, caches }: Sequence, count: number): boolean {
  return stores.every((store, layer) =>
    caches[layer]!.every((cache) => cache.rowCount() + count <= store.capacity()),
  );
}

function lend(sequence: Sequence, layer: number, slots: readonly Int32Array[]): LayerLoan {
  const store = sequence.stores[layer]!;
  const read = reading(sequence, layer, slots);
  const { keys, values } = store.lend();
  return {
    ...{ ...read, keys: keys as Float32Array, values: values as Float32Array },
    giveBack: (keysAgain, valuesAgain) => store.takeBack({ keys: keysAgain, values: valuesAgain }),
  };
}

function reading(
  { stores, sharesRows }: Sequence,
  layer: number,
  slots: readonly Int32Array[],
): LayerReading {
  const capacity = stores[layer]!.capacity();
  const choosers = sharesRows ? slots.slice(0, 1) : slots;
  const bias = new Float32Array(choosers.length * capacity).fill(EXCLUDED_SCORE);
  for (const [head, read] of choosers.entries()) {
    for (let row = 0; row < read.length; row++) bias[head * capacity + read[row]!] = 0;
  }
  return { capacity, bias };
}

function append(
  { keyValueHeadCount, headDimension, layerCount }: DecoderShape,
  { caches }: Sequence,
  { keys, values }: WholeResult,
  position: number,
  count: number,
): void {
  const layerWidth = keyValueHeadCount * headDimension;
  for (const [layer, heads] of caches.entries()) {
    for (const [head, cache] of heads.entries()) {
      for (let row = 0; row < count; row++) {
        const start = row * layerCount * layerWidth + layer * layerWidth + head * headDimension;
        const numbersOf = (from: Float32Array) => ({ numbers: from.subarray(start, start + headDimension) });
        cache.append(position + row, numbersOf(keys), numbersOf(values));
      }
    }
  }
}

import type { DecoderModel } from "../models/decoder-model.ts";
import {
  chooseInLayer,
  concludeLayer,
  type LayerChoice,
  type LayerGroups,
  type SequenceLayerResult,
} from "./layer-choice.ts";
import type { PassOptions, SequenceStep } from "./pass.ts";
import type { ChoicePlace } from "./row-selector.ts";
import type { Sequence } from "./sequence.ts";
import { rowCountsOf, takeBack } from "./sequence-commit.ts";
import type { WholeKernel } from "./whole-kernel.ts";
import { readWhole, WHOLE_ROW_COUNT } from "./whole-rows.ts";

export interface WholePass {
  /** Normalised: (rows, hidden). */
  readonly states: Float32Array;
  readonly results: readonly SequenceLayerResult[];
}

/**
 * One iteration of a sequence in one go, its new rows stored. What layers read is foreseen; where a choice rests on what
 * the layers before gave in this very iteration it is made again, and if it comes out otherwise, so is the iteration.
 * Undefined, and nothing is done, where choices have to go from part to part: a head is away, or new rows are not read.
 */
export async function runWhole(
  model: DecoderModel,
  whole: WholeKernel,
  { sequence, ids }: SequenceStep,
  options: PassOptions,
): Promise<WholePass | undefined> {
  const before = rowCountsOf(sequence);
  const held = heldWith(sequence, ids.length);
  const count = ids.length;
  let choices = foresee(sequence, held, count);
  for (;;) {
    if (!choices.every((choice, layer) => canBeWhole(choice, held[layer]!, count))) {
      takeBack(sequence, before);
      return undefined;
    }
    const { states, layers } = await readWhole(model, whole, { sequence, ids, choices }, options);
    const concluded = conclude(sequence, held, count, choices, layers);
    if (concluded.kind === "done") return { states, results: concluded.results };
    takeBack(sequence, before);
    choices = concluded.choices;
  }
}

/** By layer and head, the positions that are held once the new rows are stored; one list for heads that share rows. */
function heldWith({ caches, sharesRows, ids }: Sequence, count: number): Int32Array[][] {
  const withNew = (positions: Int32Array) => {
    const all = new Int32Array(positions.length + count);
    all.set(positions);
    for (let row = 0; row < count; row++) all[positions.length + row] = ids.length + row;
    return all;
  };
  return caches.map((heads) => {
    if (!sharesRows) return heads.map((cache) => withNew(cache.positions()));
    const shared = withNew(heads[0]!.positions());
    return heads.map(() => shared);
  });
}

/** What layers will choose if each gives again what it gave in the iteration before; tells the selectors nothing. */
function foresee(sequence: Sequence, held: readonly Int32Array[][], count: number): LayerChoice[] {
  const choices = held.map((ofLayer, layer) => {
    const where = placeOf(sequence, layer, count);
    const choice = chooseInLayer(sequence, where, ofLayer);
    expectAgain(sequence, where, choice);
    return choice;
  });
  sequence.rows.rollback();
  return choices;
}

/** Tells the selectors what a layer gave in the iteration before, where other layers' choices rest on it. */
function expectAgain(sequence: Sequence, where: ChoicePlace, { rows }: LayerChoice): void {
  const last = sequence.seen[where.layer];
  if (last === undefined || isSettled(sequence)) return;
  const { positions } = rows[0]!;
  const sums = new Float64Array(positions.length);
  let at = 0;
  for (let row = 0; row < positions.length; row++) {
    while (at < last.positions.length && last.positions[at]! < positions[row]!) at++;
    if (last.positions[at] === positions[row]) sums[row] = last.sums[at]!;
  }
  sequence.rows.observe(where, 0, { positions, sums });
}

/** Whether what layers choose was settled before the iteration: each looks at its own scores alone. */
function isSettled({ policy }: Sequence): boolean {
  return policy?.granularity !== "model";
}

function placeOf({ iteration, ids }: Sequence, layer: number, count: number): ChoicePlace {
  return { iteration, layer, length: ids.length + count };
}

/** Whether every head works and reads all new rows, and what does not fit one call reads everything. */
function canBeWhole({ kept, heads }: LayerChoice, held: readonly Int32Array[], count: number): boolean {
  if (heads.keyValueHeads.length < held.length) return false;
  return kept.every((rows, head) => {
    const first = held[head]!.length - count;
    if (count > WHOLE_ROW_COUNT) return rows.length === held[head]!.length;
    return rows.length >= count && rows[rows.length - count] === first;
  });
}

type Conclusion =
  | { readonly kind: "done"; readonly results: readonly SequenceLayerResult[] }
  /** Choices that differ, and what they become. */
  | { readonly kind: "again"; readonly choices: LayerChoice[] };

/** Tells the selectors what layers gave, as long as they choose what that was computed with. */
function conclude(
  sequence: Sequence,
  held: readonly Int32Array[][],
  count: number,
  choices: readonly LayerChoice[],
  layers: readonly LayerGroups[],
): Conclusion {
  const results: SequenceLayerResult[] = [];
  const chosen: LayerChoice[] = [];
  for (const [layer, foreseen] of choices.entries()) {
    const where = placeOf(sequence, layer, count);
    const choice = isSettled(sequence) ? foreseen : chooseInLayer(sequence, where, held[layer]!);
    chosen.push(choice);
    if (results.length === layer && isSame(choice, foreseen)) {
      results.push(concludeLayer(sequence, where, choice, held[layer]!, layers[layer]!));
    } else {
      expectAgain(sequence, where, choice);
    }
  }
  return results.length === choices.length ? { kind: "done", results } : { kind: "again", choices: chosen };
}

function isSame(left: LayerChoice, right: LayerChoice): boolean {
  if (left === right) return true;
  const heads = [left, right].map((choice) => choice.heads.keyValueHeads.join());
  if (heads[0] !== heads[1]) return false;
  return left.kept.every((rows, head) => {
    // Heads that choose together have one list.
    const isSeen = head > 0 && rows === left.kept[head - 1] && right.kept[head] === right.kept[head - 1];
    return isSeen || areEqual(rows, right.kept[head]!);
  });
}

function areEqual(left: Int32Array, right: Int32Array): boolean {
  if (left.length !== right.length) return false;
  for (let row = 0; row < left.length; row++) if (left[row] !== right[row]) return false;
  return true;
}

import type { WholeLayer } from "../engines/decoder-kernels.ts";
import type { DecoderShape } from "../models/decoder-model.ts";
import type { HeadGroupResult } from "./layer-attention.ts";
import type { LayerChoice, LayerGroups } from "./layer-choice.ts";

/** What a layer gave so far. */
export interface LayerTotals extends LayerGroups {
  /** By key and value head. */
  readonly groups: readonly OpenGroup[];
}

interface OpenGroup extends HeadGroupResult {
  readonly decisions: readonly OpenDecision[];
  readonly outputSums: number[];
}

const none = new Float64Array(0);

type OpenDecision = HeadGroupResult["decisions"][number] & {
  readonly valuesPerQuery: number[];
  readonly maximumProbability: number[];
};

/**
 * A layer that nothing was added to: every head multiplies all values of the rows that it reads. Where heads are summed
 * together none has sums of its own.
 */
export function emptyTotals(
  { headCount, keyValueHeadCount }: DecoderShape,
  { rows, kept }: LayerChoice,
  isObserved: boolean,
  sumsHeads: boolean,
): LayerTotals {
  const groupSize = headCount / keyValueHeadCount;
  const summed = sumsHeads ? kept.slice(0, 1) : kept;
  const sums = pieces(summed);
  const observed = isObserved ? pieces(summed) : undefined;
  const groups = kept.map(({ length }, keyValueHead) => ({
    outputSums: new Array<number>(groupSize).fill(0),
    sums: sumsHeads ? none : sums[keyValueHead]!,
    observed: sumsHeads ? undefined : observed?.[keyValueHead],
    decisions: Array.from({ length: groupSize }, (_, member) => ({
      ...{
        head: keyValueHead * groupSize + member,
        keyValueHead,
        keyPositions: rows[keyValueHead]!.positions,
      },
      ...{ valuesPerQuery: [], refetchedQueries: [], maximumProbability: [], valueRowCount: length },
    })),
  }));
  return { groups, together: sumsHeads ? { sums: sums[0]!, observed: observed?.[0] } : undefined };
}

/** Zeros for each row of each list, in one buffer: a step makes hundreds of them. */
function pieces(lists: readonly Int32Array[]): Float64Array[] {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  return lists.map(({ length }) => {
    start += length;
    return all.subarray(start - length, start);
  });
}

/** Adds what a layer told of `count` new rows, which read the stored rows at `slots` of each head. */
export function addTotals(
  { headCount, keyValueHeadCount }: DecoderShape,
  { groups, together }: LayerTotals,
  { sums, maximumProbabilities, outputSums }: WholeLayer,
  slots: readonly Int32Array[],
  count: number,
  observedCount: number,
): void {
  const groupSize = headCount / keyValueHeadCount;
  const kinds = observedCount > 0 ? 2 : 1;
  const totals = together === undefined ? groups : [together];
  const width = sums.length / (totals.length * kinds);
  for (const [index, total] of totals.entries()) {
    const start = index * kinds * width;
    addRows(total.sums, sums.subarray(start, start + width), slots[index]!, count);
    if (kinds === 2) {
      addRows(total.observed!, sums.subarray(start + width, start + 2 * width), slots[index]!, count);
    }
  }
  for (const [keyValueHead, group] of groups.entries()) {
    const read = slots[keyValueHead]!;
    for (let member = 0; member < groupSize; member++) {
      const head = keyValueHead * groupSize + member;
      const { valuesPerQuery, maximumProbability } = group.decisions[member]!;
      group.outputSums[member]! += outputSums[head]!;
      for (let row = 0; row < count; row++) {
        valuesPerQuery.push(read.length + row + 1);
        maximumProbability.push(maximumProbabilities[head * count + row]!);
      }
    }
  }
}

/** Stored rows by their slots, then the new ones, which lie at the end. */
function addRows(total: Float64Array, told: Float32Array, slots: Int32Array, count: number): void {
  for (let row = 0; row < slots.length; row++) total[row]! += told[slots[row]!]!;
  for (let row = 0; row < count; row++) total[slots.length + row]! += told[told.length - count + row]!;
}

import type { WholeLayer } from "../engines/decoder-kernels.ts";
import type { DecoderShape } from "../models/decoder-model.ts";
import type { HeadGroupResult } from "./layer-attention.ts";
import type { LayerChoice } from "./layer-choice.ts";

/** What the groups of a layer gave so far, by key and value head. */
export type GroupTotals = readonly OpenGroup[];

interface OpenGroup extends HeadGroupResult {
  readonly decisions: readonly OpenDecision[];
  readonly outputSums: number[];
}

type OpenDecision = HeadGroupResult["decisions"][number] & {
  readonly valuesPerQuery: number[];
  readonly maximumProbability: number[];
};

/** Groups that nothing was added to: every head multiplies all values of the rows that it reads. */
export function emptyGroups(
  { headCount, keyValueHeadCount }: DecoderShape,
  { rows, kept }: LayerChoice,
  isObserved: boolean,
): GroupTotals {
  const groupSize = headCount / keyValueHeadCount;
  const sums = pieces(kept);
  const observed = isObserved ? pieces(kept) : undefined;
  return kept.map(({ length }, keyValueHead) => ({
    outputSums: new Array<number>(groupSize).fill(0),
    sums: sums[keyValueHead]!,
    observed: observed?.[keyValueHead],
    decisions: Array.from({ length: groupSize }, (_, member) => ({
      ...{
        head: keyValueHead * groupSize + member,
        keyValueHead,
        keyPositions: rows[keyValueHead]!.positions,
      },
      ...{ valuesPerQuery: [], refetchedQueries: [], maximumProbability: [], valueRowCount: length },
    })),
  }));
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
export function addGroups(
  { headCount, keyValueHeadCount }: DecoderShape,
  groups: GroupTotals,
  { sums, maximumProbabilities, outputSums }: WholeLayer,
  slots: readonly Int32Array[],
  count: number,
  observedCount: number,
): void {
  const groupSize = headCount / keyValueHeadCount;
  const kinds = observedCount > 0 ? 2 : 1;
  const width = sums.length / (keyValueHeadCount * kinds);
  for (const [keyValueHead, group] of groups.entries()) {
    const read = slots[keyValueHead]!;
    const start = keyValueHead * kinds * width;
    addRows(group.sums, sums.subarray(start, start + width), read, count);
    if (kinds === 2) {
      addRows(group.observed!, sums.subarray(start + width, start + 2 * width), read, count);
    }
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

import { sumOfTraffic } from "./cache-traffic.ts";
import type { SequenceLayerResult } from "./layer-choice.ts";
import type { Sequence } from "./sequence.ts";

/** Rows of each cache, by layer and head. */
export type RowCounts = readonly (readonly number[])[];

export function rowCountsOf({ caches }: Sequence): RowCounts {
  return caches.map((layer) => layer.map((cache) => cache.rowCount()));
}

/** Takes an iteration of a sequence for good. */
export function commit(
  sequence: Sequence,
  ids: readonly number[],
  results: readonly SequenceLayerResult[],
): void {
  if (sequence.evicts) {
    for (const [layer, { kept }] of results.entries()) {
      for (const [head, rows] of kept.entries()) sequence.caches[layer]![head]!.compact(rows);
    }
  }
  sequence.rows.commit();
  sequence.heads.commit();
  sequence.decisions?.push({
    iteration: sequence.iteration,
    firstPosition: sequence.ids.length,
    ids: [...ids],
    layers: results.map(({ decision }) => decision),
  });
  sequence.traffic = sumOfTraffic([sequence.traffic, ...results.map(({ traffic }) => traffic)]);
  for (const id of ids) sequence.ids.push(id);
  // A prompt's many queries say nothing of what one more will look at.
  sequence.seen = ids.length === 1 ? results.map(({ seen }) => seen) : [];
  sequence.iteration++;
}

/** Takes an iteration back: a sequence is as it was with so many rows. */
export function takeBack(sequence: Sequence, rowCounts: RowCounts): void {
  for (const [layer, counts] of rowCounts.entries()) {
    for (const [head, count] of counts.entries()) sequence.caches[layer]![head]!.truncate(count);
  }
  sequence.rows.rollback();
  sequence.heads.rollback();
}

import type { CascadeTopK } from "../decisions.ts";
import type { CacheTraffic } from "./cache-traffic.ts";
import type { DecoderLayerDecision } from "./decoder-decisions.ts";
import type { HeadChoice } from "./head-selector.ts";
import type { HeadGroupResult } from "./layer-attention.ts";
import type { ChoicePlace, ObservedAttention, RowChoice } from "./row-selector.ts";
import type { Sequence } from "./sequence.ts";

/** What a layer of a sequence reads in an iteration. */
export interface LayerChoice {
  /** Of each key and value head. */
  readonly rows: readonly RowChoice[];
  /** The same as rows of each head's cache. */
  readonly kept: readonly Int32Array[];
  readonly heads: HeadChoice;
}

/** What a sequence decided in one layer, and the rows of each head's cache that it goes on with. */
export interface SequenceLayerResult {
  readonly decision: DecoderLayerDecision;
  readonly traffic: CacheTraffic;
  /** Rows of each key and value head's cache that stay. */
  readonly kept: readonly Int32Array[];
  /** What heads that share their rows received together. */
  readonly seen: ObservedAttention | undefined;
}

/** What the groups of heads gave that a layer chose. */
export interface LayerGroups {
  readonly groups: readonly HeadGroupResult[];
  /** What their rows received together, where that alone is known. */
  readonly together?: Pick<HeadGroupResult, "sums" | "observed"> | undefined;
}

/** Asks the selectors of a sequence; `held` are the positions that each head holds, the new ones among them. */
export function chooseInLayer(
  sequence: Sequence,
  where: ChoicePlace,
  held: readonly Int32Array[],
): LayerChoice {
  const rows = sequence.rows.choose(where, held);
  const shared = sequence.sharesRows ? rowsOf(held[0]!, rows[0]!.positions) : undefined;
  const kept = held.map((positions, head) => shared ?? rowsOf(positions, rows[head]!.positions));
  return { rows, kept, heads: sequence.heads.choose(where.iteration, where.layer) };
}

/** Tells the selectors what the heads that were chosen gave, and sums up the layer. */
export function concludeLayer(
  sequence: Sequence,
  where: ChoicePlace,
  { rows, kept, heads: { keyValueHeads, topK } }: LayerChoice,
  held: readonly Int32Array[],
  { groups, together }: LayerGroups,
): SequenceLayerResult {
  let seen: ObservedAttention | undefined;
  const tell = (head: number, sums: Float64Array, observed: Float64Array | undefined) => {
    seen = { positions: rows[head]!.positions, sums, observed };
    sequence.rows.observe(where, head, seen);
  };
  for (const [index, { sums, observed, outputSums }] of groups.entries()) {
    // What heads received together is told once where they choose together.
    if (!sequence.sharesRows) tell(keyValueHeads[index]!, sums, observed);
    sequence.heads.observe(keyValueHeads[index]!, outputSums);
  }
  const keyImportance = together === undefined ? groups.map(({ sums }) => sums) : [];
  if (together !== undefined) {
    tell(0, together.sums, together.observed);
  } else if (sequence.sharesRows && groups.length > 0) {
    const observed = groups.flatMap((group) => group.observed ?? []);
    tell(0, sumOf(keyImportance), observed.length === 0 ? undefined : sumOf(observed));
  }
  const decisions = groups.flatMap((group) => group.decisions);
  const rowsIn = (lists: readonly Int32Array[]) => lists.reduce((sum, { length }) => sum + length, 0);
  const heldRowCount = rowsIn(sequence.evicts ? kept : held);
  return {
    kept,
    seen: sequence.sharesRows ? seen : undefined,
    decision: {
      ...{ layer: where.layer, heads: decisions, keyImportance, heldRowCount },
      tokenTopK: topKsOf(rows),
      ...(topK === undefined ? {} : { headTopK: topK }),
    },
    traffic: {
      fetchedRows: rowsIn(keyValueHeads.map((head) => kept[head]!)),
      heldRows: heldRowCount,
      valueRows: decisions.reduce((sum, head) => sum + head.valueRowCount, 0),
      queryCount: decisions.reduce((sum, head) => sum + head.valuesPerQuery.length, 0),
      refetchedQueryCount: decisions.reduce((sum, head) => sum + head.refetchedQueries.length, 0),
    },
  };
}

function sumOf(parts: readonly Float64Array[]): Float64Array {
  const [first, ...others] = parts;
  const sum = first!.slice();
  for (const part of others) for (let row = 0; row < sum.length; row++) sum[row]! += part[row]!;
  return sum;
}

/** Indices of some positions among those that are held; both ascend. */
function rowsOf(held: Int32Array, positions: Int32Array): Int32Array {
  const rows = new Int32Array(positions.length);
  let row = 0;
  for (let index = 0; index < positions.length; index++) {
    while (held[row]! < positions[index]!) row++;
    rows[index] = row;
  }
  return rows;
}

/** One top-k where all heads share their choice. */
function topKsOf(choices: readonly RowChoice[]): CascadeTopK[] {
  return [...new Set(choices)].flatMap(({ topK }) => (topK === undefined ? [] : [topK]));
}

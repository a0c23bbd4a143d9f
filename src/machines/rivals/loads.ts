import { SpattenError } from "../../base/errors.ts";
import { BITS_PER_BYTE } from "../../base/units.ts";
import type { StreamTraffic } from "../spatten/traffic.ts";
import type { PassGroup, RivalDesign } from "./design.ts";
import type { RivalParameters } from "./parameters.ts";
import type { RivalHead } from "./work.ts";

/** Rows of K and V that come on chip together, and the queries that pass over them. */
export interface RivalLoad {
  readonly head: RivalHead;
  readonly firstKey: number;
  readonly keyCount: number;
  readonly firstQuery: number;
  readonly queryCount: number;
  readonly groups: readonly PassGroup[];
  /** Whether partial results of an earlier tile are fetched with the queries. */
  readonly readsPartials: boolean;
  /** What leaves: outputs, partial results for the next tile, or nothing, since they stay on chip. */
  readonly writes: "outputs" | "partials" | "nothing";
  readonly preprocessCycles: number;
}

/** A partial result: its vector, the largest score and the sum of the exponentials, in 32 bits each. */
const PARTIAL_BITS = 32;
const PARTIAL_EXTRA_ELEMENTS = 2;
/** Loads of one head: an untrusted length must not run for ever. */
const MOST_LOADS = 1e6;

/** Bytes of one query's partial result. */
export function partialBytes(headDimension: number): number {
  return ((headDimension + PARTIAL_EXTRA_ELEMENTS) * PARTIAL_BITS) / BITS_PER_BYTE;
}

/** Tiles of a head's keys. @throws SpattenError `workload` for more keys than fit where tiles are refused, or than can be run. */
export function tileCountOf({ title, parameters }: RivalDesign, head: RivalHead): number {
  const { keyCapacityCount, beyondCapacity, keyValueReuse } = parameters;
  const { keyCount, queryCount } = head;
  const tileCount = Math.ceil(keyCount / keyCapacityCount);
  const where = `iteration ${head.iteration}, layer ${head.layer}, head ${head.head} at keyCount`;
  if (tileCount > 1 && beyondCapacity === "refuse") {
    throw new SpattenError("workload", `more keys than ${title} holds`, {
      where,
      got: String(keyCount),
      expected: `at most ${keyCapacityCount}`,
      hint: "beyondCapacity: tiles, or a larger keyCapacityCount in the machine's configuration",
    });
  }
  if (tileCount * (keyValueReuse === "per-query" ? queryCount : 1) > MOST_LOADS) {
    throw new SpattenError("workload", "a head has more loads of K and V than can be run", {
      where,
      got: String(keyCount),
      expected: `at most ${MOST_LOADS} loads of ${keyCapacityCount} keys`,
    });
  }
  return tileCount;
}

/**
 * The loads of a head in order: one, or one a tile with all queries passing over each, or, where K and V are fetched for
 * each query, those of one query after the other. @throws SpattenError `workload` as `tileCountOf` does.
 */
export function* loadsOf(
  design: RivalDesign,
  headDimension: number,
  head: RivalHead,
): Generator<RivalLoad, void> {
  const { keyCapacityCount, keyValueReuse } = design.parameters;
  const { keyCount, queryCount } = head;
  const tileCount = tileCountOf(design, head);
  // One query alone keeps what it has so far on chip.
  const isPerQuery = keyValueReuse === "per-query" || queryCount === 1;
  const batch = isPerQuery ? 1 : queryCount;
  for (let firstQuery = 0; firstQuery < queryCount; firstQuery += batch) {
    for (let tile = 0; tile < tileCount; tile++) {
      const firstKey = tile * keyCapacityCount;
      const rows = Math.min(keyCapacityCount, keyCount - firstKey);
      const isLast = tile === tileCount - 1;
      const unfinished = isPerQuery ? ("nothing" as const) : ("partials" as const);
      const request = { head, headDimension, keyCount: rows, firstQuery, queryCount: batch };
      yield {
        ...{ head, firstKey, keyCount: rows, firstQuery, queryCount: batch },
        groups: design.passes(request),
        readsPartials: tile > 0 && !isPerQuery,
        writes: isLast ? "outputs" : unfinished,
        preprocessCycles: design.preprocessCycles(headDimension, rows),
      };
    }
  }
}

/** What a load moves over the DRAM interface; partial results go with queries and outputs. */
export interface LoadTraffic {
  readonly query: StreamTraffic;
  readonly key: StreamTraffic;
  readonly value: StreamTraffic;
  readonly output: StreamTraffic;
}

/** Bytes of a row of Q, K, V or the outputs. */
export function rowBytes({ dramElementBits }: RivalParameters, headDimension: number): number {
  return (headDimension * dramElementBits) / BITS_PER_BYTE;
}

/** The streams of a load; matrices lie in DRAM without gaps. */
export function loadTraffic(
  parameters: RivalParameters,
  headDimension: number,
  load: RivalLoad,
): LoadTraffic {
  const { transactionBytes, rowBufferBytes } = parameters.dram;
  const stream = (rowCount: number, bytesEach: number): StreamTraffic => {
    const bytes = rowCount * bytesEach;
    const transactionCount = Math.ceil(bytes / transactionBytes);
    return { rowCount, bytes, transactionCount, activateCount: Math.ceil(bytes / rowBufferBytes) };
  };
  const row = rowBytes(parameters, headDimension);
  const partial = partialBytes(headDimension);
  const { queryCount, keyCount, readsPartials, writes } = load;
  return {
    query: sum(stream(queryCount, row), stream(readsPartials ? queryCount : 0, partial)),
    key: stream(keyCount, row),
    value: stream(keyCount, row),
    output: sum(
      stream(writes === "outputs" ? queryCount : 0, row),
      stream(writes === "partials" ? queryCount : 0, partial),
    ),
  };
}

function sum(left: StreamTraffic, right: StreamTraffic): StreamTraffic {
  return {
    rowCount: left.rowCount + right.rowCount,
    bytes: left.bytes + right.bytes,
    transactionCount: left.transactionCount + right.transactionCount,
    activateCount: left.activateCount + right.activateCount,
  };
}

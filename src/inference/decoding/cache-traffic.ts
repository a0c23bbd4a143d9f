/** Rows of K and V that iterations read and that the cache held, summed over layers and key and value heads. */
export interface CacheTraffic {
  readonly fetchedRows: number;
  readonly heldRows: number;
  readonly valueRows: number;
  /** Queries of one head, and those that fetched low bits of K. */
  readonly queryCount: number;
  readonly refetchedQueryCount: number;
}

export const noTraffic: CacheTraffic = {
  ...{ fetchedRows: 0, heldRows: 0, valueRows: 0, queryCount: 0, refetchedQueryCount: 0 },
};

/** What several made together. */
export function sumOfTraffic(parts: readonly CacheTraffic[]): CacheTraffic {
  return parts.reduce((sum, part) => combined(sum, part, 1), noTraffic);
}

/** What was read and held from one moment to a later one. */
export function trafficBetween(before: CacheTraffic, after: CacheTraffic): CacheTraffic {
  return combined(after, before, -1);
}

function combined(left: CacheTraffic, right: CacheTraffic, factor: 1 | -1): CacheTraffic {
  return {
    fetchedRows: left.fetchedRows + factor * right.fetchedRows,
    heldRows: left.heldRows + factor * right.heldRows,
    valueRows: left.valueRows + factor * right.valueRows,
    queryCount: left.queryCount + factor * right.queryCount,
    refetchedQueryCount: left.refetchedQueryCount + factor * right.refetchedQueryCount,
  };
}

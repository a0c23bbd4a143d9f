import type { PruningPlan } from "../../../pruning/plan.ts";
import { keepCountAtLayer } from "../../../pruning/schedule.ts";

/**
 * How many tokens layer l works on in a sentence of n tokens, at `[l][n]`: the plan's own rounding at every length, so
 * that a graph looks up what the cascade would count. A table ends before the first length that layer 0 would prune.
 */
export type KeepTables = readonly (readonly number[])[];

/** The tables of a plan for sentences of up to `maximumLength` tokens. @throws SpattenError `config` for a bad schedule. */
export function keepTablesOf(plan: PruningPlan, layerCount: number, maximumLength: number): KeepTables {
  const tables = Array.from({ length: layerCount }, () => [0]);
  for (let length = 1; length <= maximumLength; length++) {
    const counts = keptCounts(plan, layerCount, length);
    if (counts[0] !== length) break;
    for (const [layer, table] of tables.entries()) table.push(counts[layer]!);
  }
  return tables;
}

/** Tokens that each layer works on in a sentence of that length: protected ones stay even where there are more of them. */
export function keptCounts({ tokens }: PruningPlan, layerCount: number, originalCount: number): number[] {
  const counts: number[] = [];
  let currentCount = originalCount;
  for (let layer = 0; layer < layerCount; layer++) {
    if (tokens !== undefined) {
      const k = keepCountAtLayer(tokens, { layer, layerCount, originalCount, currentCount });
      const { firstCount, lastCount } = tokens.protect;
      const protectedCount = layer === 0 ? 0 : Math.min(originalCount, firstCount + lastCount);
      currentCount = Math.min(currentCount, Math.max(k, protectedCount));
    }
    counts.push(currentCount);
  }
  return counts;
}

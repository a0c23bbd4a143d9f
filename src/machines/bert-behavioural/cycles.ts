import { SpattenError } from "../../base/errors.ts";
import { createRandom } from "../../base/random.ts";
import { BITS_PER_BYTE } from "../../base/units.ts";
import { quickSelectTopK } from "../../pruning/quick-select.ts";
import type { BertHeadRow } from "./head-row.ts";
import type { BertBehaviouralParameters } from "./parameters.ts";

/** One layer's cycles: the terms are added, none overlaps another. */
export interface BertLayerCycles {
  readonly layer: number;
  readonly dramCycles: number;
  /** Q·K of every query of every head, a batch of keys a cycle. */
  readonly fillCycles: number;
  /** The last head's way through the pipeline. */
  readonly drainCycles: number;
  readonly topKCycles: number;
  readonly cycles: number;
  readonly keyTransactions: number;
  readonly valueTransactions: number;
}

/** Widest elements of K and V that the model knows. */
const WIDEST_BITS = 8;
const ODD_BITS = 6;

/** Bits that an element counts as: 6, and all above 8, as 8. */
export function countedBits(bits: number): number {
  return bits === ODD_BITS ? WIDEST_BITS : Math.min(bits, WIDEST_BITS);
}

/** Keys that Q·K multiplies at once, M / D. @throws SpattenError `config` where not even one fits. */
export function keysPerCycle(parameters: BertBehaviouralParameters, headDimension: number): number {
  const keys = Math.floor(parameters.multiplierCountPerModule / headDimension);
  if (keys >= 1) return keys;
  throw new SpattenError("config", "the multipliers of a module must cover one head", {
    where: "multiplierCountPerModule",
    got: `${parameters.multiplierCountPerModule} for heads of ${headDimension} elements`,
    expected: `at least ${headDimension}`,
  });
}

/** Transactions of K or V of one head: whole batches, rounded down. */
export function transactionsOf(
  parameters: BertBehaviouralParameters,
  row: BertHeadRow,
  elementBits: number,
): number {
  const keys = keysPerCycle(parameters, row.headDimension);
  const elements = Math.ceil(row.keyCount / keys) * keys * row.headDimension;
  return Math.floor((elements * countedBits(elementBits)) / BITS_PER_BYTE / parameters.transactionBytes);
}

/**
 * Cycles of one layer (`bert.cpp`): DRAM + fill + drain + top-k of its heads, one head behind the other. `rows` are the
 * layer's heads, at least one. @throws SpattenError `config` for heads wider than the multipliers.
 */
export function bertLayerCycles(
  parameters: BertBehaviouralParameters,
  rows: readonly BertHeadRow[],
): BertLayerCycles {
  const { pipeline, dramChannelCount } = parameters;
  let [dramCycles, fillCycles, topKCycles, keyTransactions, valueTransactions, batch] = [0, 0, 0, 0, 0, 0];
  for (const [ordinal, row] of rows.entries()) {
    batch = Math.ceil(row.keyCount / keysPerCycle(parameters, row.headDimension));
    const keys = transactionsOf(parameters, row, row.keyBits);
    const values = transactionsOf(parameters, row, row.valueBits);
    keyTransactions += keys;
    valueTransactions += values;
    dramCycles += Math.ceil(keys / dramChannelCount) + Math.ceil(values / dramChannelCount);
    fillCycles += row.sentenceLength * batch;
    topKCycles += bertTopKCycles(parameters, row, ordinal);
  }
  const drainCycles =
    pipeline.queryKeyProductCycles +
    pipeline.softmaxCycles +
    batch +
    pipeline.progressiveDecisionCycles +
    pipeline.skippedTopKCycles +
    pipeline.probabilityValueProductCycles;
  const cycles = dramCycles + fillCycles + drainCycles + topKCycles;
  const layer = rows[0]!.layer;
  return {
    layer,
    dramCycles,
    fillCycles,
    drainCycles,
    topKCycles,
    cycles,
    keyTransactions,
    valueTransactions,
  };
}

/**
 * Cycles of the ranking after a head, 0 without one: its keys come in batches, each pass over n of them takes
 * floor(n / P) + 4, and the kept ones leave in batches.
 *
 * The original draws pivots past the end of its vector and recurs to the wrong side, so its figure is undefined; here a
 * right quick-select ranks uniform random numbers, seeded like the original by the head's ordinal in its layer.
 */
export function bertTopKCycles(
  parameters: BertBehaviouralParameters,
  row: BertHeadRow,
  ordinal: number,
): number {
  if (row.topKCount === undefined) return 0;
  const keys = keysPerCycle(parameters, row.headDimension);
  const kept = Math.min(row.topKCount, row.keyCount);
  const random = createRandom(ordinal);
  const scores = Float64Array.from({ length: row.keyCount }, () => random.next());
  const { passes } = quickSelectTopK(scores, kept, random);
  let cycles = Math.ceil(row.keyCount / keys) + Math.ceil(kept / keys);
  for (const itemCount of passes) {
    cycles += Math.floor(itemCount / parameters.topKComparatorCount) + parameters.topKPassOverheadCycles;
  }
  return cycles;
}

/** The rows, layer by layer: a layer is a run of rows of the same number. */
export function bertLayers(rows: readonly BertHeadRow[]): readonly (readonly BertHeadRow[])[] {
  const layers: BertHeadRow[][] = [];
  for (const row of rows) {
    if (layers.at(-1)?.[0]?.layer === row.layer) layers.at(-1)!.push(row);
    else layers.push([row]);
  }
  return layers;
}

/**
 * Cycles of a BERT run in the official behavioural model, layer by layer and in all.
 * @throws SpattenError `config` for heads wider than the multipliers.
 */
export function bertBehaviouralCycles(
  parameters: BertBehaviouralParameters,
  rows: readonly BertHeadRow[],
): { readonly layers: readonly BertLayerCycles[]; readonly cycles: number } {
  const layers = bertLayers(rows).map((layerRows) => bertLayerCycles(parameters, layerRows));
  return { layers, cycles: layers.reduce((sum, { cycles }) => sum + cycles, 0) };
}

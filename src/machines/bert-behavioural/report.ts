import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import type {
  LayerReport,
  MachineReport,
  OperationCounts,
  StreamBytes,
  UnitTime,
} from "../machine-report.ts";
import { denseOperations } from "../spatten/operations.ts";
import { noBytes } from "../stream-bytes.ts";
import type { BertLayerCycles } from "./cycles.ts";
import type { BertHeadRow } from "./head-row.ts";
import type { BertBehaviouralParameters } from "./parameters.ts";

/** A multiply and an add for each of Q·K and prob·V. */
const OPERATIONS_PER_ELEMENT = 4;

/** The terms of a layer, and who is busy in them. */
const terms = ["dram", "fill", "drain", "topK"] as const;
type Term = (typeof terms)[number];
const busyIn: Readonly<Record<string, Term>> = { dram: "dram", multipliers: "fill", topK: "topK" };

/** What a report says of time, bytes and operations. */
export type CountedReport = Pick<
  MachineReport,
  "cycles" | "bytes" | "operations" | "dramCommands" | "phases" | "layers" | "units" | "bound"
>;

/** The counted part of a report; `layerRows` are the rows of each layer of `layers`. */
export function countedReport(
  parameters: BertBehaviouralParameters,
  workload: AttentionWorkload,
  layers: readonly BertLayerCycles[],
  layerRows: readonly (readonly BertHeadRow[])[],
  iteration?: number,
): CountedReport {
  const dense = denseOperations(workload.header, "summarization", iteration);
  const byLayer = new Map<number, { cycles: BertLayerCycles[]; rows: BertHeadRow[] }>();
  for (const [index, layer] of layers.entries()) {
    const entry = byLayer.get(layer.layer) ?? { cycles: [], rows: [] };
    entry.cycles.push(layer);
    entry.rows.push(...layerRows[index]!);
    byLayer.set(layer.layer, entry);
  }
  const cycles = sum(layers, (layer) => layer.cycles);
  const bytes = bytesOf(parameters, layers);
  const operations = operationsOf(layerRows.flat(), dense);
  const layerReports = [...byLayer].map(
    ([layer, entry]): LayerReport => ({
      layer,
      cycles: sum(entry.cycles, (part) => part.cycles),
      bytes: bytesOf(parameters, entry.cycles),
      operations: operationsOf(entry.rows, dense / workload.header.model.layerCount),
      bound: boundOf(entry.cycles),
    }),
  );
  return {
    cycles,
    bytes,
    operations,
    dramCommands: { reads: bytes.total / parameters.transactionBytes },
    phases: [{ phase: "summarization", cycles, bytes, operations }],
    layers: layerReports.sort((left, right) => left.layer - right.layer),
    units: unitTimes(layers),
    bound: boundOf(layers),
  };
}

function sum<Item>(items: readonly Item[], measure: (item: Item) => number): number {
  return items.reduce((total, item) => total + measure(item), 0);
}

function bytesOf(parameters: BertBehaviouralParameters, layers: readonly BertLayerCycles[]): StreamBytes {
  const key = sum(layers, (layer) => layer.keyTransactions) * parameters.transactionBytes;
  const value = sum(layers, (layer) => layer.valueTransactions) * parameters.transactionBytes;
  return { ...noBytes, key, value, total: key + value };
}

function operationsOf(rows: readonly BertHeadRow[], denseEquivalent: number): OperationCounts {
  const executed = sum(
    rows,
    (row) => row.sentenceLength * row.keyCount * row.headDimension * OPERATIONS_PER_ELEMENT,
  );
  return { executed, recomputed: 0, denseEquivalent };
}

function termCycles(layers: readonly BertLayerCycles[]): Readonly<Record<Term, number>> {
  return {
    dram: sum(layers, (layer) => layer.dramCycles),
    fill: sum(layers, (layer) => layer.fillCycles),
    drain: sum(layers, (layer) => layer.drainCycles),
    topK: sum(layers, (layer) => layer.topKCycles),
  };
}

/** The term of most cycles. */
function boundOf(layers: readonly BertLayerCycles[]): Term {
  const cycles = termCycles(layers);
  return terms.reduce((best, term) => (cycles[term] > cycles[best] ? term : best));
}

/** Each unit works in its own term and waits in the others. */
function unitTimes(layers: readonly BertLayerCycles[]): Readonly<Record<string, UnitTime>> {
  const cycles = termCycles(layers);
  const time = (busy: Term): UnitTime => {
    const others = terms.filter((term) => term !== busy && cycles[term] > 0);
    return {
      busyCycles: cycles[busy],
      stallCycles: Object.fromEntries(others.map((term) => [term, cycles[term]])),
    };
  };
  return Object.fromEntries(Object.entries(busyIn).map(([unit, term]) => [unit, time(term)]));
}

import type { Arithmetic } from "../inference/arithmetic.ts";
import type { LayerDecision } from "../inference/decisions.ts";
import type { MaskFilling, Prediction, Span } from "../inference/predictions.ts";
import type { TextRun } from "../inference/text-model.ts";
import type { MachineReport } from "../machines/machine-report.ts";
import type { PruningPlan } from "../pruning/plan.ts";

/** Version of the JSON form of a run. */
export const RUN_SCHEMA = "spatten/run@1";

/** Which code, on what, made a result. */
export interface Provenance {
  readonly version: string;
  /** Commit of the checkout, or null in an installed package. */
  readonly commit: string | null;
  readonly runtime: string;
  /** Hash of plan, model and machine together. */
  readonly configHash: string;
  readonly seed: number;
}

/** What one layer worked on: real counts, nothing masked. */
export interface LayerDocument {
  readonly layer: number;
  /** Positions in the sentence that the layer worked on. */
  readonly tokensKept: readonly number[];
  readonly headsKept: readonly number[];
  /** Key rows fetched, over the heads. */
  readonly keysFetched: number;
  /** Value rows fetched, over the heads: those that any query kept. */
  readonly valuesFetched: number;
  /** Queries computed again with the low key bits / queries. */
  readonly lsbFetchRatio: number;
  /** Score of each kept token after this layer, as the top-k sees it. */
  readonly tokenScores: readonly number[];
  /** Sum of |E| of each kept head in this layer. */
  readonly headImportance: readonly number[];
}

/** An answer, by the model's head; numbers at six decimals. */
export type PredictionDocument =
  | {
      readonly kind: "classification";
      readonly label: string;
      readonly probability: number;
      readonly logits: readonly number[];
    }
  | { readonly kind: "regression"; readonly value: number }
  | { readonly kind: "embedding"; readonly vector: readonly number[] }
  | Span
  | MaskFilling;

/** How many times less the pruned run takes; DRAM is given against three widths of the dense operands. */
export interface SavingsDocument {
  readonly dramAgainst: { readonly fp32: number; readonly bits16: number; readonly bits12: number };
  /** Attention operations, dense / executed. */
  readonly attentionOperations: number;
  /** Projections and feed-forward, dense / pruned. */
  readonly linearOperations: number;
  readonly cycles: number;
  readonly energy: number;
  /** Mean over the layers of tokens kept / tokens. */
  readonly meanTokenKeepRatio: number;
}

/** The result of `spatten run`: fields may be added, never renamed. */
export interface RunDocument {
  readonly schema: typeof RUN_SCHEMA;
  readonly provenance: Provenance;
  readonly model: { readonly name: string; readonly layerCount: number; readonly headCount: number };
  readonly plan: PruningPlan;
  /** The numbers of the pruned run's attention; the dense one is float32. */
  readonly arithmetic: Arithmetic;
  readonly input: { readonly text: string; readonly tokens: readonly string[] };
  readonly dense: PredictionDocument;
  readonly pruned: PredictionDocument;
  readonly layers: readonly LayerDocument[];
  readonly machine: { readonly dense: MachineReport; readonly pruned: MachineReport };
  readonly savings: SavingsDocument;
}

export interface RunParts {
  readonly provenance: Provenance;
  readonly model: RunDocument["model"];
  readonly dense: TextRun;
  readonly pruned: TextRun;
  readonly machine: RunDocument["machine"];
}

/** The document of a dense and a pruned run of the same text on the same machine. */
export function runDocument(parts: RunParts): RunDocument {
  const { dense, pruned } = parts;
  return {
    schema: RUN_SCHEMA,
    provenance: parts.provenance,
    model: parts.model,
    plan: pruned.plan,
    arithmetic: pruned.arithmetic,
    input: { text: pruned.text, tokens: pruned.tokens },
    dense: predictionDocument(dense.prediction),
    pruned: predictionDocument(pruned.prediction),
    layers: pruned.layers.map(layerDocument),
    machine: parts.machine,
    savings: savings(parts),
  };
}

function predictionDocument(prediction: Prediction): PredictionDocument {
  const rounded = (value: number): number => roundTo(value, 6);
  switch (prediction.kind) {
    case "classification":
      return {
        kind: prediction.kind,
        label: prediction.label,
        probability: rounded(prediction.probability),
        logits: Array.from(prediction.logits, rounded),
      };
    case "regression":
      return { kind: prediction.kind, value: rounded(prediction.value) };
    case "embedding":
      return { kind: prediction.kind, vector: Array.from(prediction.vector, rounded) };
    case "span":
      return { ...prediction, score: rounded(prediction.score) };
    case "mask":
      return {
        kind: prediction.kind,
        fills: prediction.fills.map(({ position, candidates }) => ({
          position,
          candidates: candidates.map(({ piece, probability }) => ({
            piece,
            probability: rounded(probability),
          })),
        })),
      };
  }
}

function layerDocument(layer: LayerDecision): LayerDocument {
  const heads = layer.headDecisions;
  const queries = heads.length * layer.tokens.length;
  const redone = sumOf(heads, (head) => head.refetchedQueries.length);
  return {
    layer: layer.layer,
    tokensKept: layer.tokens,
    headsKept: layer.heads,
    keysFetched: queries,
    valuesFetched: sumOf(heads, (head) => head.valueRowCount),
    lsbFetchRatio: roundTo(redone / queries, 6),
    tokenScores: layer.tokenScores.map((score) => roundTo(score, 6)),
    headImportance: layer.headImportance.map((score) => roundTo(score, 6)),
  };
}

function savings({ dense, pruned, machine }: RunParts): SavingsDocument {
  const linear = (run: TextRun) => sumOf(run.layers, (layer) => layer.linearMultiplyAccumulates);
  const keep = sumOf(pruned.layers, (layer) => layer.tokens.length / pruned.tokens.length);
  return {
    ...machineSavings(machine),
    linearOperations: roundTo(linear(dense) / linear(pruned), 4),
    meanTokenKeepRatio: roundTo(keep / pruned.layers.length, 4),
  };
}

/** What a machine saves between two reports of the same text. */
export function machineSavings(
  machine: RunDocument["machine"],
): Omit<SavingsDocument, "linearOperations" | "meanTokenKeepRatio"> {
  const denseBits = 12;
  const dramAgainst = (bits: number) =>
    roundTo((machine.dense.bytes.total * bits) / denseBits / machine.pruned.bytes.total, 4);
  const { executed, recomputed } = machine.pruned.operations;
  return {
    dramAgainst: { fp32: dramAgainst(32), bits16: dramAgainst(16), bits12: dramAgainst(12) },
    attentionOperations: roundTo(machine.dense.operations.executed / (executed + recomputed), 4),
    cycles: roundTo(machine.dense.cycles / machine.pruned.cycles, 4),
    energy: roundTo(machine.dense.energyPicojoules.total / machine.pruned.energyPicojoules.total, 4),
  };
}

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

/** A number at a declared number of decimals: what keeps reruns equal to the byte. */
export function roundTo(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

import type { GenerationRun } from "../inference/decoding/decoder-text-model.ts";
import type { FinishReason } from "../inference/decoding/generate.ts";
import type { MachineReport } from "../machines/machine-report.ts";
import type { PruningPlan } from "../pruning/plan.ts";
import { machineSavings, type Provenance, roundTo } from "./run-document.ts";

/** Version of the JSON form of a generation. */
export const GENERATION_SCHEMA = "spatten/generation@1";

/** What came behind a prompt. */
export interface GeneratedDocument {
  readonly ids: readonly number[];
  readonly text: string;
  readonly finishReason: FinishReason;
}

/** One token; rows are summed over layers and key and value heads, and 0 for the first, which rests on the prompt alone. */
export interface GenerationStepDocument {
  readonly id: number;
  readonly text: string;
  readonly logProbability: number;
  readonly fetchedRows: number;
  readonly heldRows: number;
}

/** The cache of one layer in the last iteration, over its key and value heads. */
export interface CacheLayerDocument {
  readonly layer: number;
  readonly fetchedRows: number;
  readonly heldRows: number;
  /** How many of the heads read each position: (tokens so far). */
  readonly readsByPosition: readonly number[];
}

/** The result of `spatten run --generate`: fields may be added, never renamed. */
export interface GenerationDocument {
  readonly schema: typeof GENERATION_SCHEMA;
  readonly provenance: Provenance;
  readonly model: {
    readonly name: string;
    readonly layerCount: number;
    readonly headCount: number;
    readonly keyValueHeadCount: number;
  };
  readonly plan: PruningPlan;
  readonly input: { readonly text: string; readonly ids: readonly number[] };
  readonly generated: GeneratedDocument;
  readonly steps: readonly GenerationStepDocument[];
  readonly dense: { readonly generated: GeneratedDocument };
  /** Tokens up to the first that differs. */
  readonly equalTokenCount: number;
  readonly cache: {
    /** Rows that the iterations behind the prompt read, and held, of those of the dense run in as many. */
    readonly fetchedRowRatio: number;
    readonly heldRowRatio: number;
    readonly bytes: { readonly dense: number; readonly pruned: number };
    readonly layers: readonly CacheLayerDocument[];
  };
  /** Null where no token was fed back, so that the cache was never read. */
  readonly machine: { readonly dense: MachineReport; readonly pruned: MachineReport } | null;
  readonly savings: ReturnType<typeof machineSavings> | null;
}

export interface GenerationParts {
  readonly provenance: Provenance;
  readonly model: GenerationDocument["model"];
  readonly dense: GenerationRun;
  readonly pruned: GenerationRun;
  readonly machine: GenerationDocument["machine"];
}

/** The document of a dense and a pruned generation behind the same prompt. */
export function generationDocument(parts: GenerationParts): GenerationDocument {
  const { dense, pruned, machine } = parts;
  const stepCount = Math.min(dense.steps.length, pruned.steps.length);
  const rows = (run: GenerationRun, of: "fetchedRowCount" | "heldRowCount") =>
    run.steps.slice(0, stepCount).reduce((sum, step) => sum + step[of], 0);
  const ratio = (of: "fetchedRowCount" | "heldRowCount") => {
    const whole = rows(dense, of);
    return whole === 0 ? 1 : roundTo(rows(pruned, of) / whole, 6);
  };
  const differs = pruned.ids.findIndex((id, index) => id !== dense.ids[index]);
  return {
    schema: GENERATION_SCHEMA,
    provenance: parts.provenance,
    model: parts.model,
    plan: pruned.plan,
    input: { text: pruned.prompt, ids: pruned.promptIds },
    generated: generatedDocument(pruned),
    steps: pruned.steps.map((step) => ({
      id: step.id,
      text: step.text,
      logProbability: roundTo(step.logProbability, 4),
      fetchedRows: step.fetchedRowCount,
      heldRows: step.heldRowCount,
    })),
    dense: { generated: generatedDocument(dense) },
    equalTokenCount: differs < 0 ? pruned.ids.length : differs,
    cache: {
      fetchedRowRatio: ratio("fetchedRowCount"),
      heldRowRatio: ratio("heldRowCount"),
      bytes: { dense: dense.cacheBytes, pruned: pruned.cacheBytes },
      layers: cacheLayers(pruned),
    },
    machine,
    savings: machine === null ? null : machineSavings(machine),
  };
}

function generatedDocument({ ids, text, finishReason }: GenerationRun): GeneratedDocument {
  return { ids, text, finishReason };
}

function cacheLayers({ decisions }: GenerationRun): CacheLayerDocument[] {
  const last = decisions.at(-1);
  if (last === undefined) return [];
  const length = last.firstPosition + last.ids.length;
  return last.layers.map(({ layer, heads, heldRowCount }) => {
    const readsByPosition = new Array<number>(length).fill(0);
    const groups = new Map(heads.map(({ keyValueHead, keyPositions }) => [keyValueHead, keyPositions]));
    let fetchedRows = 0;
    for (const positions of groups.values()) {
      fetchedRows += positions.length;
      for (const position of positions) readsByPosition[position]! += 1;
    }
    return { layer, fetchedRows, heldRows: heldRowCount, readsByPosition };
  });
}

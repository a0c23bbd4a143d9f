import type { Schedule } from "../../pruning/plan.ts";
import type { DecoderKernels } from "../engines/decoder-kernels.ts";
import type { DecoderModel } from "../models/decoder-model.ts";
import { movesKeys, type Sequence } from "./sequence.ts";

/** A pass as one call of an engine for all layers. */
export type WholeKernel = NonNullable<DecoderKernels["whole"]>;

/**
 * The engine's call for a pass as a whole, where it has one that does all that the plan asks for: one sequence, a cache of
 * float32 rows that stay as they were stored, all values, all heads, and choices that can be foreseen. Every other pass goes
 * from part to part.
 */
export function wholeKernelFor(
  model: DecoderModel,
  { whole }: DecoderKernels,
  sequences: readonly Sequence[],
): WholeKernel | undefined {
  const [sequence, ...others] = sequences;
  if (sequence === undefined || others.length > 0 || movesKeys(sequence, model)) return undefined;
  const { quantization, values, heads, fixedHeads } = sequence.plan;
  const isPlain = [quantization, values, heads, fixedHeads].every((part) => part === undefined);
  return isPlain && isForeseeable(sequence) ? whole : undefined;
}

/**
 * Whether what layers choose mostly comes out as foreseen. Where each chooses by what the layers before gave in the same
 * iteration, one that drops a row or none does so; one that takes a part of all rows anew, smaller from layer to layer, had
 * to be repeated 1.6 times a token on SmolLM2-135M.
 */
function isForeseeable({ plan: { tokens }, policy, evicts }: Sequence): boolean {
  if (tokens === undefined || policy?.granularity !== "model" || evicts) return true;
  return isUniform(tokens.schedule);
}

function isUniform(schedule: Schedule): boolean {
  if (schedule.kind === "linear") return false;
  const entries = schedule.kind === "counts" ? schedule.keepCount : schedule.keepRatio;
  return entries.every((entry) => entry === entries[0]);
}

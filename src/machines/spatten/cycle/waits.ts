import type { CascadeUnit } from "./cascade-unit.ts";
import type { CycleCause } from "./causes.ts";
import type { UnitWaits } from "./ledger.ts";
import type { Memory } from "./memory.ts";
import type { ProbabilityValueUnit } from "./probability-value-unit.ts";
import type { QueryKeyUnit } from "./query-key-unit.ts";
import type { SoftmaxUnit } from "./softmax-unit.ts";
import type { TopKUnit } from "./top-k-unit.ts";

/** The units of a layer, as far as their waits are told from them. */
export interface WaitingUnits {
  readonly memory: Memory;
  readonly queryKey: QueryKeyUnit;
  readonly softmax: SoftmaxUnit;
  readonly topK: TopKUnit;
  readonly probabilityValue: ProbabilityValueUnit;
  readonly cascade: CascadeUnit;
}

/**
 * What each unit waits for in this cycle, after all have decided and before any moves: the unit or cause at the end of
 * its chain of waits. A unit that waits for its own registers names itself. The fetcher's is filled in by `fetcherWait`.
 */
export function computeWaits(units: WaitingUnits, cycle: number, waits: UnitWaits): CycleCause {
  const { queryKey, softmax, topK, probabilityValue, cascade } = units;
  if (cascade.isBusy(cycle)) {
    waits.queryKeyProduct = waits.softmax = waits.probabilityValueProduct = "cascadeTopK";
    waits.topK = undefined;
    return "cascadeTopK";
  }
  // Q·K is held by a full softmax only: then the softmax's head is whole, and its wait is not for Q·K.
  const held = softmaxHeldBy(units, cycle);
  const scores = queryKey.cause === "softmax" ? (held ?? "softmax") : queryKey.cause;
  waits.queryKeyProduct = queryKey.isBusy ? undefined : scores;
  const upstream: CycleCause = queryKey.isBusy ? "queryKeyProduct" : scores;
  waits.softmax = softmax.isBusy ? undefined : (held ?? upstream);
  const probabilities: CycleCause =
    softmax.isBusy || softmax.hasBack ? "softmax" : (waits.softmax ?? "softmax");
  if (topK.isBusy) waits.topK = undefined;
  else waits.topK = topK.isHeld ? productCause(probabilityValue) : probabilities;
  if (probabilityValue.isBusy) waits.probabilityValueProduct = undefined;
  else if (probabilityValue.cause === "fetch") waits.probabilityValueProduct = "fetch";
  else waits.probabilityValueProduct = waits.topK ?? "topK";
  return upstream;
}

/** What the fetcher waits for where nothing moved: its channels, or whatever keeps the machine from asking for more. */
export function fetcherWait(memory: Memory, machineCause: CycleCause): CycleCause | undefined {
  if (memory.hasMoved) return undefined;
  return memory.isWaiting ? "dram" : machineCause;
}

/** Why a whole query does not leave the softmax's FIFO; undefined where there is none. */
function softmaxHeldBy(units: WaitingUnits, cycle: number): CycleCause | undefined {
  const { softmax, topK, probabilityValue } = units;
  const { head } = softmax;
  if (head === undefined || head.issuedLines < head.lineCount) return undefined;
  if (softmax.isBusy || head.sumReadyCycle > cycle) return "softmax";
  if (topK.isBusy) return "topK";
  return topK.isHeld ? productCause(probabilityValue) : "softmax";
}

function productCause(probabilityValue: ProbabilityValueUnit): CycleCause {
  return probabilityValue.isBusy ? "probabilityValueProduct" : probabilityValue.cause;
}

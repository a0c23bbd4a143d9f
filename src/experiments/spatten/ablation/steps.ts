import { DATAPATH_BITS } from "../../../workload/dense-head.ts";
import type { MachineChoice } from "../../ledger/measurement.ts";
import type { AssumedValues } from "../benchmarks/assumption.ts";
import type { Benchmark } from "../benchmarks/benchmarks.ts";

/** What the paper leaves open about the chain. */
export interface AblationChoice {
  /** Bits of K and V where nothing is quantized; beyond 12 the data path is as wide. */
  readonly denseBits: 12 | 16 | 32;
  /** Bits of K and V quantized once and for all; default: the high and low bits of the progressive setting, all fetched. */
  readonly staticBits?: number;
}

/** A technique that the one before lacks, as a machine and a workload. */
export interface AblationStep {
  readonly id: (typeof ablationStepIds)[number];
  readonly title: string;
  readonly machine: MachineChoice;
  /** Values of a GPT-2 benchmark. */
  readonly assume: AssumedValues;
  /** Assumptions of the benchmark that `assume` was made from. */
  readonly madeFrom: readonly string[];
}

export const ablationStepIds = [
  "dedicated-datapath",
  "token-pruning",
  "head-pruning",
  "top-k-engine",
  "static-quantization",
  "progressive-quantization",
] as const;

/**
 * The chain of SpAtten (HPCA 2021), Fig 20, behind TITAN Xp: a data path for dense attention, cascade token and local value
 * pruning with a top-k of one comparator, head pruning, the engine of 16, bits without and with progressive quantization.
 * The last step is the benchmark as it is.
 */
export function ablationSteps(
  { assumptions }: Pick<Benchmark, "assumptions">,
  { denseBits, staticBits }: AblationChoice,
): readonly AblationStep[] {
  const taken = (id: string): number => assumptions.find((row) => row.id === id)!.value;
  const wide = { keyBits: denseBits, refetchRatio: 0 };
  const parameters = { extends: "spatten", datapathBits: Math.max(DATAPATH_BITS, denseBits) };
  const serial = { ...parameters, topKComparatorCount: 1 };
  const dense = { ...wide, tokenReduction: 1, valueKeepRatio: 1, headReduction: 1 };
  const step = (
    id: AblationStep["id"],
    title: string,
    machine: MachineChoice,
    assume: AssumedValues,
    madeFrom: readonly string[] = [],
  ): AblationStep => ({ id, title, machine, assume, madeFrom });
  return [
    step("dedicated-datapath", "dedicated data path", serial, dense),
    step("token-pruning", "cascade token and local value pruning", serial, { ...wide, headReduction: 1 }),
    step("head-pruning", "cascade head pruning", serial, wide),
    step("top-k-engine", "top-k engine of 16 comparators", parameters, wide),
    step(
      "static-quantization",
      "static quantization",
      "spatten",
      { ...wide, keyBits: staticBits ?? taken("keyBits") + taken("keyLowBits") },
      staticBits === undefined ? ["keyBits", "keyLowBits"] : [],
    ),
    step("progressive-quantization", "progressive quantization", "spatten", {}),
  ];
}

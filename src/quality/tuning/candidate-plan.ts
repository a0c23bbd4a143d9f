import { UNQUANTIZED_BITS } from "../../inference/operand-bits.ts";
import type { Budget, PruningPlan, Quantization } from "../../pruning/plan.ts";
import type { HeadChoice } from "./encoder-space.ts";
import { type Candidate, type SearchSpace, settingsOf } from "./search-space.ts";

/** What a plan has beside the settings of the search. */
export interface PlanFrame {
  readonly headChoice: HeadChoice;
  /** Heads of each layer, the most important first: (layers, heads). */
  readonly headRanks: readonly (readonly number[])[];
  readonly method: string;
  /** Positions at the start that a model's head reads. */
  readonly protectFirstCount: number;
}

/** What a plan changes, without its name and where it comes from. */
export type PlanParts = Omit<PruningPlan, "schema" | "name" | "source" | "assumptions">;

/** Threshold of the paper's text (SpAtten, section III-D). */
const FLAT_BELOW = 0.1;
/** Fewer high bits of K than these tell nothing. */
const LEAST_HIGH_BITS = 3;

const budget: Omit<Budget, "schedule"> = { ratioOf: "original", rounding: "ceil", minimumCount: 1 };

/** The plan that a candidate stands for; a technique that changes nothing is left out. */
export function planParts(space: SearchSpace, candidate: Candidate, frame: PlanFrame): PlanParts {
  const settings = (group: string) => settingsOf(space, candidate, group);
  const tokens = settings("tokens");
  const values = settings("values");
  const [queryBits, keyBits, valueBits] = settings("bits") ?? [];
  const widths = {
    queryBits: queryBits ?? UNQUANTIZED_BITS,
    keyBits: keyBits ?? UNQUANTIZED_BITS,
    valueBits: valueBits ?? UNQUANTIZED_BITS,
  };
  const quantization = quantizationOf(widths, settings("lowBits")?.[0] ?? 0);
  return {
    ...(tokens === undefined || tokens.every((keepRatio) => keepRatio === 1)
      ? {}
      : {
          tokens: {
            schedule: { kind: "per-layer", keepRatio: [1, ...tokens] },
            ...budget,
            method: frame.method,
            protect: { firstCount: frame.protectFirstCount, lastCount: 0 },
          },
        }),
    ...headParts(settings("heads"), frame),
    ...(values === undefined || values[0] === 1
      ? {}
      : { values: { keepRatio: values[0]!, rounding: "ceil", minimumCount: 1 } }),
    ...(quantization === undefined ? {} : { quantization }),
  };
}

function headParts(
  counts: readonly number[] | undefined,
  { headChoice, headRanks }: PlanFrame,
): Pick<PlanParts, "heads" | "fixedHeads"> {
  const headCount = headRanks[0]!.length;
  if (counts === undefined || counts.every((count) => count === headCount)) return {};
  if (headChoice === "cascade") {
    return { heads: { schedule: { kind: "counts", keepCount: [headCount, ...counts] }, ...budget } };
  }
  return {
    fixedHeads: counts.map((count, layer) =>
      headRanks[layer]!.slice(0, count).sort((left, right) => left - right),
    ),
  };
}

function quantizationOf(
  { queryBits, keyBits, valueBits }: Record<"queryBits" | "keyBits" | "valueBits", number>,
  lowBits: number,
): Quantization | undefined {
  const leastSignificantBits = Math.min(lowBits, keyBits - LEAST_HIGH_BITS);
  if (leastSignificantBits > 0) {
    return {
      ...{ kind: "progressive", queryBits, valueBits, leastSignificantBits },
      mostSignificantBits: keyBits - leastSignificantBits,
      maximumProbabilityThreshold: FLAT_BELOW,
    };
  }
  const isWhole = [queryBits, keyBits, valueBits].every((bits) => bits === UNQUANTIZED_BITS);
  return isWhole ? undefined : { kind: "static", queryBits, keyBits, valueBits };
}

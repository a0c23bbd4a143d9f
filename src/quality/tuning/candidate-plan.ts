import { UNQUANTIZED_BITS } from "../../inference/operand-bits.ts";
import type { Budget, PruningPlan, Quantization, TokenPruning } from "../../pruning/plan.ts";
import type { HeadChoice } from "./encoder-space.ts";
import { type Candidate, type SearchSpace, settingsOf } from "./search-space.ts";

/** What a plan has beside the settings of the search. */
export interface PlanFrame {
  readonly headChoice: HeadChoice;
  /** Heads of each layer, the most important first: (layers, heads). Empty where a space has no heads. */
  readonly headRanks: readonly (readonly number[])[];
  readonly method: string;
  /** Part of the tokens that each layer works on, out of the settings of the space. */
  readonly keepRatios: (settings: readonly number[]) => number[];
  /** Positions that a model's head reads. */
  readonly protect: TokenPruning["protect"];
  /** What becomes of a decoder's rows that are not read. */
  readonly cache?: TokenPruning["cache"];
}

/** What a plan changes, without its name and where it comes from. */
export type PlanParts = Omit<PruningPlan, "schema" | "name" | "source" | "assumptions">;

/** Threshold of the paper's text (SpAtten, section III-D). */
const FLAT_BELOW = 0.1;
/** The narrowest width of the converter. */
const LEAST_HIGH_BITS = 4;

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
            schedule: { kind: "per-layer", keepRatio: frame.keepRatios(tokens) },
            ...budget,
            method: frame.method,
            ...(frame.cache === undefined ? {} : { cache: frame.cache }),
            protect: frame.protect,
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
  const headCount = headRanks[0]?.length;
  if (counts === undefined || headCount === undefined || counts.every((count) => count === headCount))
    return {};
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

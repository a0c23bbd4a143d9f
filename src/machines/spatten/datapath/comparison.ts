import type {
  DecisionCounts,
  DecisionDifference,
  DecisionKind,
  DifferenceCause,
} from "../../function-report.ts";

type Place = Pick<DecisionDifference, "iteration" | "layer" | "head" | "query">;
type Mutable<Row> = { -readonly [Key in keyof Row]: Row[Key] };

/** One ranking, the machine's and the recorded one; all lists but the kept places are over the elements ranked. */
export interface RankingPair {
  readonly decision: "token" | "head" | "value";
  readonly place: Place;
  readonly ids: ArrayLike<number>;
  /** Places, ascending, equally many. */
  readonly machineKept: Int32Array;
  readonly recordKept: Int32Array;
  /** What the machine ranked, and the value of 1 of it in the record's unit. */
  readonly machineScores: ArrayLike<number>;
  readonly scoreStep: number;
  readonly recordScores: ArrayLike<number>;
  /** Bound of |machine - record| of one score, in the record's unit. */
  readonly errorBoundAt: (place: number) => number;
}

/** One decision on low bits, the machine's and the recorded one. */
export interface LowBitPair {
  readonly place: Place & { readonly query: number };
  readonly machineFetches: boolean;
  readonly recordFetches: boolean;
  readonly machineMaximumProbability: number;
  readonly recordMaximumProbability: number;
  readonly thresholdProbability: number;
  readonly errorBound: number;
}

/** Decisions compared so far. */
export interface Comparison {
  readonly counts: Readonly<Record<DecisionKind, DecisionCounts>>;
  readonly differences: readonly DecisionDifference[];
  /** Largest part of its error bound by which a number behind a decision differs from the recorded one. */
  largestErrorOverBound(): number;
  addRanking(pair: RankingPair): void;
  addLowBits(pair: LowBitPair): void;
}

/** Nothing compared yet. */
export function createComparison(): Comparison {
  const none = (): Mutable<DecisionCounts> => ({
    equalCount: 0,
    tieCount: 0,
    roundingCount: 0,
    unexplainedCount: 0,
  });
  const counts = { token: none(), head: none(), value: none(), lowBits: none() };
  const differences: DecisionDifference[] = [];
  const add = (kind: DecisionKind, difference: DecisionDifference | undefined): void => {
    counts[kind][difference === undefined ? "equalCount" : (`${difference.cause}Count` as const)]++;
    if (difference !== undefined) differences.push(difference);
  };
  let largest = 0;
  const compare = (machine: number, record: number, errorBound: number): void => {
    largest = Math.max(largest, Math.abs(machine - record) / errorBound);
  };
  return {
    counts,
    differences,
    largestErrorOverBound: () => largest,
    addRanking: (pair) => {
      const { machineScores, recordScores, scoreStep } = pair;
      for (let place = 0; place < recordScores.length; place++) {
        compare(machineScores[place]! * scoreStep, recordScores[place]!, pair.errorBoundAt(place));
      }
      add(pair.decision, rankingDifference(pair));
    },
    addLowBits: (pair) => {
      compare(pair.machineMaximumProbability, pair.recordMaximumProbability, pair.errorBound);
      add("lowBits", lowBitDifference(pair));
    },
  };
}

/**
 * Of two rankings that differ, the recorded gap decides: with a and b kept by the machine alone and by the record alone,
 * the machine saw a at least as high as b, so the record can have b above a by no more than both error bounds.
 */
function rankingDifference(pair: RankingPair): DecisionDifference | undefined {
  const { machineKept, recordKept, machineScores, recordScores, ids } = pair;
  const machineOnly = without(machineKept, recordKept);
  const recordOnly = without(recordKept, machineKept);
  if (machineOnly.length === 0) return undefined;
  const lowest = machineOnly.reduce((low, place) =>
    recordScores[place]! < recordScores[low]! ? place : low,
  );
  const highest = recordOnly.reduce((high, place) =>
    recordScores[place]! > recordScores[high]! ? place : high,
  );
  const recordedMargin = recordScores[highest]! - recordScores[lowest]!;
  const errorBound = pair.errorBoundAt(highest) + pair.errorBoundAt(lowest);
  const isTie = [...machineOnly, ...recordOnly].every(
    (place) => machineScores[place] === machineScores[lowest],
  );
  return {
    decision: pair.decision,
    ...pair.place,
    machineOnlyIds: machineOnly.map((place) => ids[place]!),
    recordOnlyIds: recordOnly.map((place) => ids[place]!),
    recordedMargin,
    errorBound,
    cause: causeOf(recordedMargin, errorBound, isTie),
  };
}

function lowBitDifference(pair: LowBitPair): DecisionDifference | undefined {
  if (pair.machineFetches === pair.recordFetches) return undefined;
  const below = pair.thresholdProbability - pair.recordMaximumProbability;
  const recordedMargin = pair.recordFetches ? below : -below;
  return {
    decision: "lowBits",
    ...pair.place,
    machineOnlyIds: pair.machineFetches ? [pair.place.query] : [],
    recordOnlyIds: pair.recordFetches ? [pair.place.query] : [],
    recordedMargin,
    errorBound: pair.errorBound,
    cause: causeOf(recordedMargin, pair.errorBound, false),
  };
}

/** Below 0 the record contradicts its own numbers, which no arithmetic of the machine explains. */
function causeOf(recordedMargin: number, errorBound: number, isTie: boolean): DifferenceCause {
  if (recordedMargin < 0 || recordedMargin > errorBound) return "unexplained";
  return isTie ? "tie" : "rounding";
}

function without(places: Int32Array, others: Int32Array): number[] {
  const known = new Set(others);
  return Array.from(places).filter((place) => !known.has(place));
}

import type { JudgedPlan, Tuning } from "../quality/tuning/tuning.ts";
import { inertText } from "./inert-text.ts";

const OBJECTIVE_TITLES: Readonly<Record<Tuning["objective"], string>> = {
  dramBytes: "DRAM traffic",
  energyPicojoules: "energy",
  attentionOperations: "attention operations",
  linearOperations: "operations of projections and feed-forward",
  cycles: "cycles",
  measuredMilliseconds: "measured time",
};

/** What a search made cheap, in words. */
export function objectiveTitle({ objective }: Pick<Tuning, "objective">): string {
  return OBJECTIVE_TITLES[objective];
}

/** A difference of parts of one as points of 100, signed. */
export function pointsText(difference: number): string {
  const text = (difference * 100).toFixed(2);
  if (Number(text) === 0) return "0.00";
  return difference > 0 ? `+${text}` : text.replace("-", "−");
}

/** What a plan changes, on one line. */
export function describeParts({
  tokens,
  heads,
  fixedHeads,
  values,
  quantization,
}: JudgedPlan["parts"]): string {
  const words = [
    tokens?.schedule.kind === "per-layer" ? `tokens ${tokens.schedule.keepRatio.join(", ")}` : undefined,
    heads?.schedule.kind === "counts" ? `heads ${heads.schedule.keepCount.join(", ")}` : undefined,
    fixedHeads === undefined ? undefined : `heads ${fixedHeads.map((ids) => ids.length).join(", ")}`,
    values === undefined ? undefined : `values ${values.keepRatio}`,
    quantization === undefined ? undefined : `bits ${bitsText(quantization)}`,
  ].filter((part) => part !== undefined);
  return words.length === 0 ? "dense" : inertText(words.join("; "));
}

/** Widths of Q, K and V; K as high and low bits where they lie apart. */
export function bitsText(quantization: NonNullable<JudgedPlan["parts"]["quantization"]>): string {
  const keyBits =
    quantization.kind === "static"
      ? quantization.keyBits
      : `${quantization.mostSignificantBits}+${quantization.leastSignificantBits}`;
  return `${quantization.queryBits}/${keyBits}/${quantization.valueBits}`;
}

/** A plan as a point: what it saves, and what it loses. */
export interface ParetoPoint {
  readonly kind: "stopped" | "tried" | "front" | "chosen" | "test";
  /** Dense cost / pruned cost. */
  readonly x: number;
  /** Pruned − dense, in points. */
  readonly y: number;
  readonly words: string;
}

/** Every plan of a search as a point, the chosen one last, and a frame that holds those that were judged on all rows. */
export function paretoPoints(tuning: Tuning): {
  readonly points: ParetoPoint[];
  readonly domain: { readonly x: [number, number]; readonly y: [number, number] };
} {
  const { objective, dataset, chosen, test, floorPoints } = tuning;
  const pointOf = (kind: ParetoPoint["kind"], { parts, savings, quality }: JudgedPlan): ParetoPoint => ({
    ...{ kind, x: savings[objective].savedRatio, y: quality.difference.value * 100 },
    words: describeParts(parts),
  });
  const onTest = test?.metrics.find(({ id }) => id === tuning.metric.id);
  const points: ParetoPoint[] = [
    ...tuning.others.map(({ rowCount, savedRatio, differencePoints }) => ({
      kind: rowCount < dataset.rowCount ? ("stopped" as const) : ("tried" as const),
      ...{ x: savedRatio, y: differencePoints, words: `on ${rowCount} rows` },
    })),
    ...tuning.front.map((plan) => pointOf("front", plan)),
    pointOf("chosen", chosen),
    ...(test === null || onTest === undefined
      ? []
      : [
          {
            kind: "test" as const,
            ...{ x: test.savings[objective].savedRatio, y: onTest.difference.value * 100 },
            words: `the chosen plan on ${test.dataset.rowCount} rows of ${test.dataset.split}`,
          },
        ]),
  ];
  const judged = points.filter(({ kind }) => kind !== "stopped");
  const interval = chosen.quality.difference;
  const lowest = Math.min(-2 * floorPoints, interval.low * 100, ...judged.map(({ y }) => y));
  const highest = Math.max(0.5, interval.high * 100, ...judged.map(({ y }) => y));
  const inside = points.filter(({ y }) => y >= lowest);
  const widest = Math.max(1.1, ...inside.map(({ x }) => x));
  const leastX = Math.min(1, ...judged.map(({ x }) => x));
  return {
    points,
    domain: { x: [leastX, widest + (widest - leastX) * 0.03], y: [lowest * 1.08, highest * 1.08] },
  };
}

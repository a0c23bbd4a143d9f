import type { UnitTime } from "../machine-report.ts";

/** Units whose time is told; the names are the modules of the paper's Fig 13. */
export const timedUnits = [
  "qkvFetcher",
  "queryKeyProduct",
  "softmax",
  "topK",
  "probabilityValueProduct",
] as const;
export type TimedUnit = (typeof timedUnits)[number];

/** What can set the pace; where two are equally slow, the first one is named. */
export const causes = [
  "fetch",
  "queryKeyProduct",
  "softmax",
  "topK",
  "probabilityValueProduct",
  "recompute",
  "fill",
  "drain",
  "cascadeTopK",
  /** Both multiplier arrays, on a fully connected layer. */
  "fullyConnected",
] as const;
export type Cause = (typeof causes)[number];

/** Cycles of work, by unit. */
export type UnitWork = Readonly<Partial<Record<TimedUnit, number>>>;

/** A stretch of time with one cause for its length, and what each unit does in it. */
export interface Segment {
  /** Whole cycles. */
  readonly cycles: number;
  readonly cause: Cause;
  readonly work: UnitWork;
}

/** Time spent so far, by cause and by unit. */
export interface Timeline {
  cycles: number;
  readonly causeCycles: Record<Cause, number>;
  /** Told of each segment, with the cycle in which it begins. */
  readonly onSegment?: ((startCycle: number, segment: Segment) => void) | undefined;
  readonly units: Record<TimedUnit, { busyCycles: number; stallCycles: Partial<Record<Cause, number>> }>;
}

export function createTimeline(onSegment?: Timeline["onSegment"]): Timeline {
  const causeCycles = Object.fromEntries(causes.map((cause) => [cause, 0]));
  const units = Object.fromEntries(timedUnits.map((unit) => [unit, { busyCycles: 0, stallCycles: {} }]));
  return { cycles: 0, causeCycles, units, onSegment } as Timeline;
}

/** Adds a segment: a unit is busy for its work, rounded up, and waits for the cause in the rest. */
export function spend(timeline: Timeline, segment: Segment): void {
  timeline.onSegment?.(timeline.cycles, segment);
  timeline.cycles += segment.cycles;
  timeline.causeCycles[segment.cause] += segment.cycles;
  for (const unit of timedUnits) {
    const busy = Math.min(segment.cycles, Math.ceil(segment.work[unit] ?? 0));
    const time = timeline.units[unit];
    time.busyCycles += busy;
    if (busy === segment.cycles) continue;
    time.stallCycles[segment.cause] = (time.stallCycles[segment.cause] ?? 0) + segment.cycles - busy;
  }
}

/** Adds all of another timeline. */
export function addTimeline(into: Timeline, from: Timeline): void {
  into.cycles += from.cycles;
  for (const cause of causes) into.causeCycles[cause] += from.causeCycles[cause];
  for (const unit of timedUnits) {
    into.units[unit].busyCycles += from.units[unit].busyCycles;
    const stalls = into.units[unit].stallCycles;
    for (const cause of causes) {
      const cycles = from.units[unit].stallCycles[cause];
      if (cycles !== undefined) stalls[cause] = (stalls[cause] ?? 0) + cycles;
    }
  }
}

/** The cause of most cycles. */
export function boundOf(timeline: Timeline): Cause {
  return causes.reduce((best, cause) =>
    timeline.causeCycles[cause] > timeline.causeCycles[best] ? cause : best,
  );
}

/** The units' times as a report shows them. */
export function unitTimes(timeline: Timeline): Record<TimedUnit, UnitTime> {
  const rows = timedUnits.map((unit) => {
    const { busyCycles, stallCycles } = timeline.units[unit];
    return [unit, { busyCycles, stallCycles: { ...stallCycles } as Record<string, number> }] as const;
  });
  return Object.fromEntries(rows) as Record<TimedUnit, UnitTime>;
}

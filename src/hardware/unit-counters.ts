/**
 * What a unit counts: events, and where its cycles went. Busy and stalled cycles add up to the cycles it was clocked for.
 * Raw counts only; energy, ratios and explanations are computed from them elsewhere.
 */
export interface UnitCounters<Event extends string, Cause extends string> {
  readonly events: Record<Event, number>;
  busyCycles: number;
  readonly stallCycles: Record<Cause, number>;
}

/** Counters at zero, with every event and cause there. */
export function createCounters<Event extends string, Cause extends string>(
  events: readonly Event[],
  causes: readonly Cause[],
): UnitCounters<Event, Cause> {
  const zeros = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
    Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  return { events: zeros(events), busyCycles: 0, stallCycles: zeros(causes) };
}

/** All cycles that a unit was clocked for: busy and stalled ones. */
export function countedCycles(counters: UnitCounters<string, string>): number {
  return Object.values(counters.stallCycles).reduce((sum, cycles) => sum + cycles, counters.busyCycles);
}

import type { RunObserver } from "../machines/run-observer.ts";

interface Span {
  readonly name: string;
  readonly startCycle: number;
  endCycle: number;
  readonly readCount?: number;
}

/** Spans of a run, to be written as a trace that Chrome's viewer and Perfetto open: a track a unit and channel. */
export interface TraceCollector {
  readonly observer: RunObserver;
  /** The trace in pieces of text; `nanosecondsPerCycle` sets its clock. */
  pieces(title: string, nanosecondsPerCycle: number): Generator<string>;
}

const PACE_TRACK = "what sets the pace";
const PROCESS = 1;

/** Collects the spans of one run; neighbouring spans of a track with one name become one. */
export function createTraceCollector(): TraceCollector {
  const tracks = new Map<string, Span[]>([[PACE_TRACK, []]]);
  const add = (track: string, span: Span): void => {
    const spans = tracks.get(track);
    if (spans === undefined) {
      tracks.set(track, [span]);
      return;
    }
    const last = spans.at(-1);
    const continues = last?.name === span.name && last.endCycle === span.startCycle;
    if (continues && span.readCount === undefined) last.endCycle = span.endCycle;
    else spans.push(span);
  };
  return {
    observer: {
      pace: (startCycle, endCycle, name) => add(PACE_TRACK, { name, startCycle, endCycle }),
      unit: ({ unit, startCycle, endCycle, cause }) =>
        add(unit, { name: cause === undefined ? "busy" : `waits: ${cause}`, startCycle, endCycle }),
      channel: ({ channel, startCycle, endCycle, readCount }) =>
        add(`DRAM channel ${channel}`, { name: "reads", startCycle, endCycle, readCount }),
    },
    pieces: (title, nanosecondsPerCycle) => tracePieces(tracks, title, nanosecondsPerCycle),
  };
}

function* tracePieces(
  tracks: ReadonlyMap<string, readonly Span[]>,
  title: string,
  nanosecondsPerCycle: number,
): Generator<string> {
  const microseconds = (cycles: number): number => Number(((cycles * nanosecondsPerCycle) / 1000).toFixed(6));
  const naming = { name: "process_name", ph: "M", pid: PROCESS, args: { name: title } };
  yield `{"displayTimeUnit":"ns","traceEvents":[\n${JSON.stringify(naming)}`;
  for (const [place, [name, spans]] of [...tracks].sort(byName).entries()) {
    const at = { pid: PROCESS, tid: place + 1 };
    yield `,\n${JSON.stringify({ name: "thread_name", ph: "M", ...at, args: { name } })}`;
    yield `,\n${JSON.stringify({ name: "thread_sort_index", ph: "M", ...at, args: { sort_index: place } })}`;
    for (const span of spans) {
      const event = {
        name: span.name,
        ph: "X",
        ...at,
        ts: microseconds(span.startCycle),
        dur: microseconds(span.endCycle - span.startCycle),
        ...(span.readCount === undefined ? {} : { args: { reads: span.readCount } }),
      };
      yield `,\n${JSON.stringify(event)}`;
    }
  }
  yield "\n]}\n";
}

/** The pace first, units as they come, channels by number. */
function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  const rank = (name: string): number =>
    name === PACE_TRACK ? -2 : Number(/^DRAM channel (\d+)$/.exec(name)?.[1] ?? -1);
  return rank(left) - rank(right);
}

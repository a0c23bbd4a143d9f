import type { RivalDesign, RivalPass } from "./design.ts";
import { type LoadTraffic, loadTraffic, type RivalLoad } from "./loads.ts";
import type { RivalParameters } from "./parameters.ts";
import type { RivalTimeline } from "./timeline.ts";

/** Units beside the modules in series. */
export const FETCHER = "qkvFetcher";
export const SORTER = "columnSorter";

/** All units whose time is told. */
export function timedUnits({ stations, sorts }: RivalDesign): readonly string[] {
  return [...stations, FETCHER, ...(sorts ? [SORTER] : [])];
}

/** Cycles from a pass's start to its result. */
export function passLatencyCycles({ leadCycles }: RivalPass): number {
  return leadCycles.reduce((sum, cycles) => sum + cycles, 0);
}

/** Cycles between the starts of two like passes: the slowest module's. */
export function passIntervalCycles({ stationCycles }: RivalPass): number {
  return Math.max(...stationCycles);
}

/** Cycles that so many DRAM transactions take, evenly spread over the channels; may be a fraction. */
function fetchCycles({ dram }: RivalParameters, transactionCount: number): number {
  const bytesPerCycle = dram.channelCount * dram.bytesPerCyclePerChannel * dram.efficiencyRatio;
  return (transactionCount * dram.transactionBytes) / bytesPerCycle;
}

/** A load as the closed form sees it. */
interface LoadTime {
  readonly load: RivalLoad;
  /** DRAM cycles of K and V. */
  readonly loadCycles: number;
  /** DRAM cycles of queries, outputs and partial results. */
  readonly ownFetchCycles: number;
  readonly sortCycles: number;
  readonly isHalf: boolean;
}

function loadTimeOf(design: RivalDesign, load: RivalLoad, traffic: LoadTraffic): LoadTime {
  const { parameters } = design;
  return {
    load,
    loadCycles: fetchCycles(parameters, traffic.key.transactionCount + traffic.value.transactionCount),
    ownFetchCycles: fetchCycles(parameters, traffic.query.transactionCount + traffic.output.transactionCount),
    sortCycles: design.countsPreprocess ? load.preprocessCycles : 0,
    isHalf: isHalfFull(parameters, load),
  };
}

/** Whether a load leaves room for another as large: then they overlap. */
export function isHalfFull({ keyCapacityCount }: RivalParameters, { keyCount }: RivalLoad): boolean {
  return 2 * keyCount <= keyCapacityCount;
}

/**
 * Spends the time of one layer: the first load, the queries at the pace of the slowest module, loads beside the one before
 * where both fit, else behind it, and the last query's way out. `see` is shown each load with its traffic.
 */
export function spendLayer(
  timeline: RivalTimeline,
  design: RivalDesign,
  headDimension: number,
  loads: Iterable<RivalLoad>,
  see: (load: RivalLoad, traffic: LoadTraffic) => void,
): void {
  let before: LoadTime | undefined;
  // Cycles into the queries of `before` until the load in front of it leaves its place on chip; below 0 where it has left.
  let releaseCycles = Number.NEGATIVE_INFINITY;
  for (const load of loads) {
    const traffic = loadTraffic(design.parameters, headDimension, load);
    see(load, traffic);
    const next = loadTimeOf(design, load, traffic);
    if (before === undefined) exposeLoad(timeline, design, next, "fill");
    else if (before.isHalf && next.isHalf) {
      const waited = spendQueries(timeline, design, before, next, releaseCycles);
      releaseCycles = tailCycles(before, releaseCycles) - waited;
    } else {
      spendQueries(timeline, design, before);
      drain(timeline, before, releaseCycles);
      releaseCycles = Number.NEGATIVE_INFINITY;
      exposeLoad(timeline, design, next, "fetch");
    }
    before = next;
  }
  if (before === undefined) return;
  spendQueries(timeline, design, before);
  drain(timeline, before, releaseCycles);
}

function exposeLoad(timeline: RivalTimeline, design: RivalDesign, load: LoadTime, cause: string): void {
  const cycles = Math.ceil(design.parameters.dram.latencyCycles + load.loadCycles);
  timeline.spend({ cycles, cause, work: { [FETCHER]: load.loadCycles } });
  timeline.spend({ cycles: load.sortCycles, cause: SORTER, work: { [SORTER]: load.sortCycles } });
}

/**
 * All passes over a load; its queries and outputs, and the next load where it fits beside, may outlast them. The next one
 * comes when the one before has left its place. Returns the cycles beyond the passes.
 */
function spendQueries(
  timeline: RivalTimeline,
  design: RivalDesign,
  load: LoadTime,
  beside?: LoadTime,
  releaseCycles = Number.NEGATIVE_INFINITY,
): number {
  const sortCycles = beside?.sortCycles ?? 0;
  let sorting = sortCycles;
  // The sort of this load left the DRAM to the next one, once there was a place for it.
  const loadCycles = beside?.loadCycles ?? 0;
  const placedCycles = releaseCycles + design.parameters.dram.latencyCycles;
  const loadedCycles = Math.max(0, Math.ceil(loadCycles + Math.max(-load.sortCycles, placedCycles)));
  let fetching = Math.ceil(load.ownFetchCycles + Math.min(loadCycles, loadedCycles));
  let spent = 0;
  const spend = (cycles: number, cause: string, work: Record<string, number>): void => {
    const [fetched, sorted] = [Math.min(fetching, cycles), Math.min(sorting, cycles)];
    fetching -= fetched;
    sorting -= sorted;
    spent += cycles;
    timeline.spend({ cycles, cause, work: { ...work, [FETCHER]: fetched, [SORTER]: sorted } });
  };
  for (const { queryCount, pass } of load.load.groups) {
    const interval = passIntervalCycles(pass);
    const work = design.stations.map(
      (station, place) => [station, queryCount * pass.stationCycles[place]!] as const,
    );
    const slowest = design.stations[pass.stationCycles.indexOf(interval)]!;
    spend(queryCount * interval, slowest, Object.fromEntries(work));
  }
  const passCycles = spent;
  if (fetching > 0) spend(fetching, "fetch", {});
  if (loadedCycles > spent) spend(loadedCycles - spent, "fetch", {});
  if (loadedCycles + sortCycles > spent) spend(loadedCycles + sortCycles - spent, SORTER, {});
  return spent - passCycles;
}

/** Cycles from the end of a load's turn in the slowest module to its last result, which no earlier load's may follow. */
function tailCycles({ load }: LoadTime, releaseCycles: number): number {
  const { pass } = load.groups.at(-1)!;
  let [turnCycles, lastModuleCycles] = [0, 0];
  for (const { queryCount, pass: each } of load.groups) {
    turnCycles += queryCount * passIntervalCycles(each);
    lastModuleCycles += queryCount * each.stationCycles.at(-1)!;
  }
  const ownCycles = passLatencyCycles(pass) - passIntervalCycles(pass);
  return Math.max(ownCycles, releaseCycles + lastModuleCycles - turnCycles);
}

function drain(timeline: RivalTimeline, load: LoadTime, releaseCycles: number): void {
  timeline.spend({ cycles: tailCycles(load, releaseCycles), cause: "drain", work: {} });
}

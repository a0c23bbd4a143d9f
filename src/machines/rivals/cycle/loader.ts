import type { Fetch } from "../../spatten/cycle/fetch.ts";
import type { Memory } from "../../spatten/cycle/memory.ts";
import type { RivalDesign, RivalPass } from "../design.ts";
import { isHalfFull } from "../layer-time.ts";
import type { RivalLoad } from "../loads.ts";
import type { RivalLayout } from "./layout.ts";
import type { TravellingPass } from "./stations.ts";

/** Queries that may be on their way before the first module begins them (an assumption, as for machine `spatten`). */
const QUERY_LOOKAHEAD = 8;

/** A load on chip or on its way. */
interface OpenLoad {
  readonly load: RivalLoad;
  readonly rows: readonly [Fetch, Fetch];
  readonly passes: readonly RivalPass[];
  readonly queries: Fetch[][];
  /** When its keys are sorted; undefined before they are there. */
  preparedCycle: number | undefined;
  startedCount: number;
  finishedCount: number;
}

/** Brings K and V, then queries a few ahead, and hands queries to the first module once all is there. */
export class Loader {
  /** The cycle up to which keys are being sorted. */
  sortingUntil = 0;
  readonly #design: RivalDesign;
  readonly #layout: RivalLayout;
  readonly #memory: Memory;
  readonly #loads: Iterator<RivalLoad>;
  #next: RivalLoad | undefined;
  #open: OpenLoad[] = [];
  #asks: "load" | "query" | undefined;
  #prepares: OpenLoad | undefined;

  constructor(design: RivalDesign, layout: RivalLayout, memory: Memory, loads: Iterable<RivalLoad>) {
    this.#design = design;
    this.#layout = layout;
    this.#memory = memory;
    this.#loads = loads[Symbol.iterator]();
    this.#next = this.#loads.next().value as RivalLoad | undefined;
  }

  get isOver(): boolean {
    return this.#next === undefined && this.#open.length === 0;
  }

  /** Whether a query is still to begin. */
  get hasQueries(): boolean {
    return (
      this.#next !== undefined || this.#open.some(({ load, startedCount }) => startedCount < load.queryCount)
    );
  }

  /** The query that can begin in this cycle, if any; `finished` is told when its result is there. */
  ready(cycle: number, finished: (load: RivalLoad, query: number) => void): TravellingPass | undefined {
    const open = this.#open.find(({ load, startedCount }) => startedCount < load.queryCount);
    if (open === undefined || open.preparedCycle === undefined || cycle < open.preparedCycle)
      return undefined;
    const query = open.startedCount;
    if (open.queries[query]?.every((fetch) => fetch.isDone) !== true) return undefined;
    return {
      pass: open.passes[Math.min(query, open.passes.length - 1)]!,
      finished: () => {
        open.finishedCount++;
        finished(open.load, query);
      },
    };
  }

  decide(): boolean {
    const [first] = this.#open;
    const fits =
      first === undefined ||
      (this.#open.length === 1 &&
        this.#next !== undefined &&
        isHalfFull(this.#design.parameters, first.load) &&
        isHalfFull(this.#design.parameters, this.#next));
    this.#asks = this.#next !== undefined && fits ? "load" : this.#askableLoad() ? "query" : undefined;
    this.#prepares = this.#open.find(
      ({ preparedCycle, rows }) => preparedCycle === undefined && rows.every((fetch) => fetch.isDone),
    );
    return this.#asks !== undefined || this.#prepares !== undefined || this.#isLeaving();
  }

  /** `started`: whether the query that was ready has begun in this cycle. */
  apply(cycle: number, started: boolean): void {
    const prepares = this.#prepares;
    if (prepares !== undefined) {
      const sortCycles = this.#design.countsPreprocess ? prepares.load.preprocessCycles : 0;
      prepares.preparedCycle = Math.max(cycle + 1, this.sortingUntil) + sortCycles;
      if (sortCycles > 0) this.sortingUntil = prepares.preparedCycle;
    }
    const asked = this.#asks === "query" ? this.#askableLoad() : undefined;
    if (started) this.#start();
    if (asked !== undefined) this.#askQuery(asked);
    if (this.#asks === "load") this.#askLoad(this.#next!);
    this.#open = this.#open.filter(({ load, finishedCount }) => finishedCount < load.queryCount);
  }

  /** When a sort ends. */
  nextEvent(cycle: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { preparedCycle } of this.#open) {
      if (preparedCycle !== undefined && preparedCycle > cycle) next = Math.min(next, preparedCycle);
    }
    return next;
  }

  /** A load whose last result came makes room in the cycle after. */
  #isLeaving(): boolean {
    return this.#open.some(({ load, finishedCount }) => finishedCount === load.queryCount);
  }

  /** The query that began needs its fetches no more. */
  #start(): void {
    const open = this.#open.find(({ load, startedCount }) => startedCount < load.queryCount)!;
    open.queries[open.startedCount++] = [];
  }

  #askableLoad(): OpenLoad | undefined {
    const place = this.#open.findIndex(({ load, queries }) => queries.length < load.queryCount);
    const open = this.#open[place];
    if (open === undefined) return undefined;
    const waiting = this.#open.reduce(
      (sum, { queries, startedCount }) => sum + queries.length - startedCount,
      0,
    );
    // A partial result must have left the tile before.
    const before = open.load.readsPartials ? this.#open[place - 1] : undefined;
    const isThere = before === undefined || before.finishedCount > open.queries.length;
    return isThere && waiting < QUERY_LOOKAHEAD ? open : undefined;
  }

  #askQuery({ load, queries }: OpenLoad): void {
    const { head, firstQuery, readsPartials } = load;
    const query = firstQuery + queries.length;
    const fetches = [this.#layout.fetch(head, "query", firstQuery, query, query + 1)];
    if (readsPartials) fetches.push(this.#layout.fetch(head, "partial", firstQuery, query, query + 1));
    for (const fetch of fetches) this.#memory.enqueue(fetch, "urgent");
    queries.push(fetches);
  }

  #askLoad(load: RivalLoad): void {
    const { head, firstKey, keyCount } = load;
    const rowsOf = (stream: "key" | "value") =>
      this.#layout.fetch(head, stream, firstKey, firstKey, firstKey + keyCount);
    const rows = [rowsOf("key"), rowsOf("value")] as const;
    for (const fetch of rows) this.#memory.enqueue(fetch, "ahead");
    const isUniform = load.groups.length === 1;
    const passes = isUniform
      ? [load.groups[0]!.pass]
      : load.groups.flatMap(({ queryCount, pass }) => Array.from({ length: queryCount }, () => pass));
    const counts = { preparedCycle: undefined, startedCount: 0, finishedCount: 0 };
    this.#open = [...this.#open, { load, rows, passes, queries: [], ...counts }];
    this.#next = this.#loads.next().value as RivalLoad | undefined;
  }
}

import type { SpattenParameters } from "../parameters.ts";
import { Fetch } from "./fetch.ts";
import type { HeadRun, LayerPlan, QueryRun } from "./layer-plan.ts";
import type { FetchClass, Memory } from "./memory.ts";
import { queryLookahead, URGENT_QUERIES } from "./options.ts";
import type { QueryKeyUnit } from "./query-key-unit.ts";
import type { SoftmaxUnit } from "./softmax-unit.ts";
import { firstRows } from "./survivors.ts";

/** What one cycle asks for: the field of a head or a query that gets the fetch. */
interface Staged {
  readonly owner: HeadRun | QueryRun;
  readonly field: "queryFetch" | "keyFetch" | "valueFetch" | "lsbFetch";
  readonly fetch: Fetch;
  readonly fetchClass: FetchClass;
}

/**
 * Decides what is asked for and when (SpAtten IV-A, IV-C). A summarization loads K and V of a head once: into the free half
 * of their SRAM while the head before is computed, or once that one is done where both halves are needed. A streamed K
 * comes for each query, one query ahead where half the SRAM holds it. Queries come a few ahead. Low bits come when the
 * decision wants them: once for a head that is loaded, for each query where K is streamed.
 */
export class Loader {
  readonly #plan: LayerPlan;
  readonly #memory: Memory;
  readonly #queryKey: QueryKeyUnit;
  readonly #softmax: SoftmaxUnit;
  readonly #halfKeySramBytes: number;
  readonly #lookahead: number;
  readonly #rowBytes: number;
  #staged: Staged[] = [];
  /** Rows of new tokens to be stored. */
  #appends: Fetch[] = [];
  #nextQuery = 0;
  /** Head, and query among all, whose K comes next; head whose V comes next. */
  #keyHead = 0;
  #keyQuery = 0;
  #valueHead = 0;

  constructor(
    parameters: SpattenParameters,
    headDimension: number,
    plan: LayerPlan,
    memory: Memory,
    queryKey: QueryKeyUnit,
    softmax: SoftmaxUnit,
  ) {
    this.#plan = plan;
    this.#memory = memory;
    this.#queryKey = queryKey;
    this.#softmax = softmax;
    this.#lookahead = queryLookahead(parameters, headDimension);
    this.#halfKeySramBytes = parameters.keySramBytes / 2;
    this.#rowBytes = (headDimension * parameters.datapathBits) / 8;
  }

  decide(): boolean {
    this.#staged = [];
    this.#appends = [];
    this.#stageLowBits();
    this.#stageQueries(URGENT_QUERIES, "urgent");
    while (this.#stageKeys());
    while (this.#stageValues());
    this.#stageQueries(this.#lookahead, "ahead");
    return this.#staged.length > 0;
  }

  apply(): void {
    for (const { owner, field, fetch, fetchClass } of this.#staged) {
      (owner as Record<Staged["field"], Fetch | undefined>)[field] = fetch;
      this.#memory.enqueue(fetch, fetchClass);
    }
    for (const fetch of this.#appends) this.#memory.enqueue(fetch, "ahead");
    const flat = this.#softmax.discards;
    if (flat !== undefined) this.#queryKey.recomputes.push(flat);
  }

  describe(): string {
    return `loader: ${this.#nextQuery} queries, K of ${this.#keyHead} heads, V of ${this.#valueHead} heads asked for`;
  }

  #stage(owner: HeadRun | QueryRun, field: Staged["field"], fetch: Fetch, fetchClass: FetchClass): void {
    this.#staged.push({ owner, field, fetch, fetchClass });
  }

  #stageQueries(lookahead: number, fetchClass: FetchClass): void {
    const { queries } = this.#plan;
    const end = Math.min(queries.length, this.#queryKey.begunCount + Math.min(lookahead, this.#lookahead));
    for (; this.#nextQuery < end; this.#nextQuery++) {
      const query = queries[this.#nextQuery]!;
      const fetch = new Fetch(query.head.readers.query, [query.place]);
      this.#stage(query, "queryFetch", fetch, fetchClass);
      if (query.place === 0) this.#appends.push(...query.head.appended);
    }
  }

  #stageLowBits(): void {
    for (const query of this.#queryKey.recomputes) {
      const { head } = query;
      if (head.job.keyLsbBits === 0 || query.lsbFetch !== undefined) continue;
      // Of a loaded head the first query's low bits serve the others, and Q·K takes the queries in this order.
      const owner = head.traffic.buffering === "streamed" ? query : head;
      if (owner.lsbFetch !== undefined || this.#staged.some((row) => row.owner === owner)) continue;
      this.#stage(owner, "lsbFetch", new Fetch(head.readers.keyLsb, head.keyRows), "urgent");
    }
  }

  #stageKeys(): boolean {
    const head = this.#plan.heads[this.#keyHead];
    if (head === undefined) return false;
    const query = this.#plan.queries[this.#keyQuery]!;
    const isStreamed = head.traffic.buffering === "streamed";
    if (!(isStreamed ? this.#mayStream(head) : this.#mayLoad(this.#keyHead, "keyUsers"))) return false;
    this.#stage(isStreamed ? query : head, "keyFetch", new Fetch(head.readers.key, head.keyRows), "ahead");
    this.#keyQuery += isStreamed ? 1 : head.job.queryCount;
    if (this.#plan.queries[this.#keyQuery]?.head !== head) this.#keyHead++;
    return true;
  }

  #stageValues(): boolean {
    const head = this.#plan.heads[this.#valueHead];
    if (head === undefined || this.#valueHead >= this.#keyHead) return false;
    if (head.traffic.buffering !== "streamed") {
      if (!this.#mayLoad(this.#valueHead, "valueUsers")) return false;
      const rows = firstRows(head.job.valueCount);
      this.#stage(head, "valueFetch", new Fetch(head.readers.value, rows), "ahead");
    }
    this.#valueHead++;
    return true;
  }

  /** A loaded head: beside the head before if both take half the SRAM, else behind it. */
  #mayLoad(place: number, users: "keyUsers" | "valueUsers"): boolean {
    const { heads } = this.#plan;
    const before = heads[place - 1];
    if (before === undefined) return true;
    const isBeside = heads[place]!.traffic.buffering === "double" && before.traffic.buffering === "double";
    const user = isBeside ? heads[place - 2] : before;
    return user === undefined || user[users] === 0;
  }

  /** A streamed K: when Q·K has begun the query before, or has done with it where half the SRAM does not hold this one. */
  #mayStream(head: HeadRun): boolean {
    const place = this.#keyQuery;
    if (place === 0) return true;
    const before = this.#plan.queries[place - 1]!.head;
    if (before !== head && before.traffic.buffering !== "streamed") return before.keyUsers === 0;
    const isAhead = head.job.keyCount * this.#rowBytes <= this.#halfKeySramBytes;
    return (isAhead ? this.#queryKey.begunCount : this.#queryKey.finishedCount) >= place;
  }
}

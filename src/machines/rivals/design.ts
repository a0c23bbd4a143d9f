import type { EventEnergy } from "../../energy/post-pass.ts";
import type { RivalParameters } from "./parameters.ts";
import type { RivalHead } from "./work.ts";

/** One query's way through the modules over the keys that are on chip. */
export interface RivalPass {
  readonly keyCount: number;
  /** Keys whose whole dot product is computed. */
  readonly candidateCount: number;
  /** Keys whose value is multiplied. */
  readonly keptCount: number;
  /** Cycles that it holds each module. */
  readonly stationCycles: readonly number[];
  /** Cycles from its start in a module until the next one may start; of the last module, until its result is there. */
  readonly leadCycles: readonly number[];
}

/** Neighbouring queries with the same pass. */
export interface PassGroup {
  readonly queryCount: number;
  readonly pass: RivalPass;
}

/** The queries that pass over some keys of a head. */
export interface PassRequest {
  readonly head: RivalHead;
  readonly headDimension: number;
  readonly keyCount: number;
  readonly firstQuery: number;
  readonly queryCount: number;
}

/** How often each event happened, by name; names without events are 0. */
export type EventCounts = Record<string, number>;

/** What one rival does with a query, and what it pays: modules in series, everything else is common. */
export interface RivalDesign {
  readonly title: string;
  readonly parameters: RivalParameters;
  /** Modules in series, which are the timed units. */
  readonly stations: readonly string[];
  passes(request: PassRequest): readonly PassGroup[];
  /** Cycles of the preprocessing of so many keys; 0 where there is none. */
  preprocessCycles(headDimension: number, keyCount: number): number;
  /** Whether keys are sorted before the first query. */
  readonly sorts: boolean;
  /** Whether preprocessing is part of time and energy, or only reported apart. */
  readonly countsPreprocess: boolean;
  readonly eventNames: readonly string[];
  /** On-chip events of K and V rows written and of the passes over them. */
  countLoad(events: EventCounts, headDimension: number, keyCount: number, groups: readonly PassGroup[]): void;
  countPreprocess(events: EventCounts, headDimension: number, keyCount: number): void;
  /** Picojoules of its on-chip events; those of fetcher and DRAM are common. */
  readonly energyRows: readonly EventEnergy[];
  /** Square millimetres of its modules, bottom-up; the fetcher is common. */
  readonly unitSquareMillimetres: Readonly<Record<string, number>>;
  /** What `energy.onChip: published` stands for. */
  readonly published: {
    readonly dynamicWatts: number;
    readonly staticWatts: number;
    /** Whether the watts already pay the DRAM. */
    readonly includesDram: boolean;
    readonly squareMillimetres?: number;
    readonly note: string;
  };
  readonly assumptions: readonly string[];
}

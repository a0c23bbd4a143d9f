import type { Registry } from "../../base/registry.ts";
import type { Anchor } from "../../machines/anchors.ts";
import type { Machine } from "../../machines/machine.ts";
import type { Benchmark } from "../spatten/benchmarks/benchmarks.ts";
import type { Measured, Measurement } from "./measurement.ts";
import type { OursById } from "./ours.ts";
import type { PublishedRow } from "./published-row.ts";
import type { StoredResult } from "./stored-result.ts";

/** What an experiment computes with. It holds no published number but the anchors. */
export interface Laboratory {
  readonly anchors: Registry<Anchor>;
  readonly machines: Registry<Machine>;
  readonly benchmarks: Registry<Benchmark>;
  readonly stored: Registry<StoredResult>;
  /** A simulation; equal ones are run once. @throws SpattenError as the machine does, `aborted`. */
  measure(measurement: Measurement): Promise<Measured>;
}

/** The published numbers of a table or figure, and how ours are obtained. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly published: readonly PublishedRow[];
  /** Ours for every published row, by id. @throws SpattenError as its simulations do. */
  ours(laboratory: Laboratory): Promise<OursById>;
}

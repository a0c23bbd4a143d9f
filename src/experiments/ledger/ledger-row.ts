import type { Alternative } from "./ours.ts";
import type { PlotPlace } from "./published-row.ts";

/** Deviations up to which a row agrees, and up to which it is near. */
export const AGREES_PERCENT = 10;
export const NEAR_PERCENT = 25;

export const ledgerStatuses = ["agrees", "near", "differs", "needs data", "not reproducible"] as const;
export type LedgerStatus = (typeof ledgerStatuses)[number];

/**
 * `predicted`: nothing that the value rests on is this quantity; `calibrated`: a parameter was fitted to it; `input`: the
 * number was put in. Only what is predicted can agree with a publication.
 */
export const ledgerEvidence = ["predicted", "calibrated", "input"] as const;
export type LedgerEvidence = (typeof ledgerEvidence)[number];

/** A published number beside ours. Plain data. */
export interface LedgerRow {
  readonly id: string;
  /** Id of the experiment that computed it. */
  readonly experiment: string;
  readonly source: string;
  readonly quantity: string;
  readonly unit: string;
  readonly published: number;
  /** Null where there is none. */
  readonly ours: number | null;
  /** 100 · (ours / published − 1), rounded to 0.01; null without ours. */
  readonly deviationPercent: number | null;
  readonly status: LedgerStatus;
  /** Null without ours. */
  readonly evidence: LedgerEvidence | null;
  /** Ids of the anchors behind ours. */
  readonly hingesOn: readonly string[];
  /** On what ours was computed, or what is missing. */
  readonly on: string;
  readonly note?: string;
  readonly plot?: PlotPlace;
  readonly alternatives?: readonly Alternative[];
}

import { lookUp, type Registry } from "../../base/registry.ts";
import type { Anchor } from "../../machines/anchors.ts";
import {
  AGREES_PERCENT,
  type LedgerEvidence,
  type LedgerRow,
  type LedgerStatus,
  NEAR_PERCENT,
} from "./ledger-row.ts";
import type { Alternative, Ours } from "./ours.ts";
import type { PublishedRow } from "./published-row.ts";

/** Significant digits of ours in a row: enough for any comparison, and the same on every processor. */
const OURS_DIGITS = 6;

/** A published row beside ours. */
export function judge(
  experiment: string,
  row: PublishedRow,
  ours: Ours,
  anchors: Registry<Anchor>,
): LedgerRow {
  const { id, source, quantity, unit, published, plot } = row;
  const place = plot === undefined ? {} : { plot };
  const common = { id, experiment, source, quantity, unit, published, ...place };
  if (ours.kind === "needs-data") return { ...common, ...nothing("needs data"), on: ours.needs };
  if (ours.kind === "not-reproducible") return { ...common, ...nothing("not reproducible"), on: ours.why };
  const value = Number(ours.value.toPrecision(OURS_DIGITS));
  const note = ours.note === undefined ? {} : { note: ours.note };
  const compared = { ours: value, deviationPercent: deviationOf(published, value) };
  if (ours.kind === "stored") {
    const on = `${ours.on}; ${ours.provenance}`;
    return { ...common, ...compared, status: "needs data", evidence: "predicted", hingesOn: [], on, ...note };
  }
  const { alternatives } = ours;
  return {
    ...common,
    ...compared,
    status: statusOf(row, value),
    evidence: evidenceOf(row, ours, anchors),
    hingesOn: [...new Set(ours.hingesOn)].sort(),
    on: ours.on,
    ...note,
    ...(alternatives === undefined
      ? {}
      : {
          alternatives: alternatives.map((alternative) => told(alternative, ours.hingesOn)),
        }),
  };
}

/** Rounded as ours, with the anchors that it adds to those of its row. */
function told({ when, value, hingesOn = [] }: Alternative, ofRow: readonly string[]): Alternative {
  const further = [...new Set(hingesOn.filter((id) => !ofRow.includes(id)))].sort();
  return {
    when,
    value: Number(value.toPrecision(OURS_DIGITS)),
    ...(further.length === 0 ? {} : { hingesOn: further }),
  };
}

function nothing(status: LedgerStatus) {
  return { ours: null, deviationPercent: null, status, evidence: null, hingesOn: [] };
}

function deviationOf(published: number, ours: number): number | null {
  if (published === 0) return ours === 0 ? 0 : null;
  return Math.round(1e4 * (ours / published - 1)) / 100;
}

/** Within 10 %, or equal as printed: agrees; within 25 %: near. */
function statusOf({ published, roundedTo = 0 }: PublishedRow, ours: number): LedgerStatus {
  const difference = Math.abs(ours - published);
  const allowed = (percent: number): number => (Math.abs(published) * percent) / 100;
  if (difference <= Math.max(allowed(AGREES_PERCENT), roundedTo / 2)) return "agrees";
  return difference <= allowed(NEAR_PERCENT) ? "near" : "differs";
}

/** A row that rests on the anchor which it is itself predicts nothing. */
function evidenceOf(
  { anchor }: PublishedRow,
  { isInput, hingesOn }: Ours & { readonly kind: "computed" },
  anchors: Registry<Anchor>,
): LedgerEvidence {
  if (isInput === true) return "input";
  if (anchor === undefined || !hingesOn.includes(anchor)) return "predicted";
  return lookUp(anchors, anchor, "anchor").role === "input" ? "input" : "calibrated";
}

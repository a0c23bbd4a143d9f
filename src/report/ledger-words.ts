import type { LedgerEvidence, LedgerRow, LedgerStatus } from "../experiments/ledger/ledger-row.ts";
import { formatDigits } from "./format.ts";

/** The experiment whose rows stand for all where there is no room. */
export const HEADLINE = "headline";

/** What each status means. */
export const statusMeanings: Readonly<Record<LedgerStatus, string>> = {
  agrees: "within 10 %, or equal at the printed digits",
  near: "within 25 %",
  differs: "further away",
  "needs data": "found on models or on a processor; shown is a stored figure, if there is one",
  "not reproducible": "needs weights, data or silicon that only the authors have",
};

/** What each kind of evidence means. */
export const evidenceMeanings: Readonly<Record<LedgerEvidence, string>> = {
  predicted: "nothing that ours rests on is this quantity; only these rows can count as agreement",
  calibrated: "a parameter was fitted to this very number",
  input: "the number was put in",
};

/** Every status, from good to unknown. */
export const ledgerStatuses = Object.keys(statusMeanings) as readonly LedgerStatus[];

/** Every kind of evidence. */
export const ledgerEvidence = Object.keys(evidenceMeanings) as readonly LedgerEvidence[];

/** True where there is something to compare: a row of ours. */
export function hasPicture(rows: readonly LedgerRow[]): boolean {
  return rows.some(({ ours }) => ours !== null);
}

/** Our value with its unit. */
export function oursText({ ours, unit }: LedgerRow): string {
  return ours === null ? "–" : withUnit(ours, unit);
}

/** The published value with its unit. */
export function publishedText({ published, unit }: LedgerRow): string {
  return withUnit(published, unit);
}

/** How far ours is from what was published, with its sign. */
export function deviationText({ deviationPercent }: LedgerRow): string {
  if (deviationPercent === null) return "–";
  const digits = Math.abs(deviationPercent) < 100 ? deviationPercent.toFixed(1) : deviationPercent.toFixed(0);
  return `${deviationPercent > 0 ? "+" : ""}${digits.replace("-", "−")} %`;
}

/** On what a row was computed, the anchors that it hinges on, and what it would be otherwise. */
export function reasonText({ on, note, hingesOn, alternatives = [], unit }: LedgerRow): string {
  const otherwise = alternatives.map(
    ({ when, value }) => `${when}: ${withUnit(value, unit === "×" ? unit : "")}`,
  );
  return [
    on,
    ...(note === undefined ? [] : [note]),
    ...(hingesOn.length === 0 ? [] : [`hinges on ${hingesOn.join(", ")}`]),
    ...(otherwise.length === 0 ? [] : [`otherwise: ${otherwise.join("; ")}`]),
  ].join(". ");
}

function withUnit(value: number, unit: string): string {
  const digits = formatDigits(value);
  return unit === "×" ? `${digits}×` : unit === "" ? digits : `${digits} ${unit}`;
}

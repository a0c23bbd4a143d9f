import { canonicalJson } from "../../base/json.ts";
import type { LedgerRow } from "./ledger-row.ts";

/** A row that two ledgers do not share, each with its own values in one text. */
export interface MovedRow {
  readonly id: string;
  readonly recorded?: string;
  readonly now?: string;
}

/** Rows that are not as recorded: another value, status or reason, or not there. */
export function movedRows(recorded: readonly LedgerRow[], now: readonly LedgerRow[]): MovedRow[] {
  const before = new Map(recorded.map((row) => [row.id, row]));
  const after = new Map(now.map((row) => [row.id, row]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((id) => {
    const [old, current] = [before.get(id), after.get(id)];
    if (old !== undefined && current !== undefined && canonicalJson(old) === canonicalJson(current))
      return [];
    return [
      {
        id,
        ...(old === undefined ? {} : { recorded: textOf(old) }),
        ...(current === undefined ? {} : { now: textOf(current) }),
      },
    ];
  });
}

function textOf({ ours, status, evidence }: LedgerRow): string {
  return `${ours ?? "nothing"} (${status}${evidence === null ? "" : `, ${evidence}`})`;
}

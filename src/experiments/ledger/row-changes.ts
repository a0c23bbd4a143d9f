import type { LedgerRow } from "./ledger-row.ts";

/** A row that is another one where an anchor is. */
export interface RowChange {
  readonly row: LedgerRow;
  /** `ours`, or the choice of the alternative that changed. */
  readonly what: string;
  readonly hingesOn: readonly string[];
}

/** Rows of one ledger whose value, or an alternative of theirs, differs in another, with the anchors that each names. */
export function changedRows(before: readonly LedgerRow[], after: readonly LedgerRow[]): RowChange[] {
  const others = new Map(after.map((row) => [row.id, row]));
  return before.flatMap((row) => {
    const other = others.get(row.id);
    const changed = row.ours === other?.ours ? [] : [{ row, what: "ours", hingesOn: row.hingesOn }];
    const alternatives = (row.alternatives ?? []).filter(
      ({ value }, index) => value !== other?.alternatives?.[index]?.value,
    );
    return [
      ...changed,
      ...alternatives.map(({ when, hingesOn = [] }) => ({
        row,
        what: when,
        hingesOn: [...row.hingesOn, ...hingesOn],
      })),
    ];
  });
}

import type { LedgerRow } from "./ledger-row.ts";

/** A row that is another one where an anchor is. */
export interface RowChange {
  readonly row: LedgerRow;
  /** `ours`, or the choice of the alternative that changed. */
  readonly what: string;
}

/** What an alternative has to say where it rests on more anchors than its row. */
const SAYS_SO = /calibrated|implies/;

/** Rows of one ledger whose value, or an alternative of theirs, differs in another; alternatives that say that they rest on more are let pass. */
export function changedRows(before: readonly LedgerRow[], after: readonly LedgerRow[]): RowChange[] {
  const others = new Map(after.map((row) => [row.id, row]));
  return before.flatMap((row) => {
    const other = others.get(row.id);
    const changed = row.ours === other?.ours ? [] : [{ row, what: "ours" }];
    const alternatives = (row.alternatives ?? []).filter(
      ({ when, value }, index) => !SAYS_SO.test(when) && value !== other?.alternatives?.[index]?.value,
    );
    return [...changed, ...alternatives.map(({ when }) => ({ row, what: when }))];
  });
}

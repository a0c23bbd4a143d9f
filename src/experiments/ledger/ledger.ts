import {
  type LedgerEvidence,
  type LedgerRow,
  type LedgerStatus,
  ledgerEvidence,
  ledgerStatuses,
} from "./ledger-row.ts";

export const LEDGER_SCHEMA = "spatten/ledger@1";

/** Rows of one kind of evidence, by status. */
export type StatusCounts = Readonly<Record<LedgerStatus, number>>;

/** Published numbers beside ours. Plain data: equal code and anchors give equal bytes. */
export interface Ledger {
  readonly schema: typeof LEDGER_SCHEMA;
  /** True where only some experiments or rows were asked for. */
  readonly isPartial: boolean;
  readonly counts: {
    readonly rows: number;
    readonly byStatus: StatusCounts;
    /** Of the rows that have ours; only `predicted` ones count as agreement. */
    readonly byEvidence: Readonly<Record<LedgerEvidence, StatusCounts>>;
  };
  /** In the order of their rows. */
  readonly experiments: readonly ExperimentTitle[];
  readonly rows: readonly LedgerRow[];
}

export interface ExperimentTitle {
  readonly id: string;
  readonly title: string;
  readonly source: string;
}

/** The ledger of rows, and of the experiments that have one among them. */
export function ledgerOf(
  rows: readonly LedgerRow[],
  experiments: readonly ExperimentTitle[],
  isPartial: boolean,
): Ledger {
  return {
    schema: LEDGER_SCHEMA,
    isPartial,
    counts: {
      rows: rows.length,
      byStatus: countsOf(rows),
      byEvidence: Object.fromEntries(
        ledgerEvidence.map((evidence) => [
          evidence,
          countsOf(rows.filter((row) => row.evidence === evidence)),
        ]),
      ) as Record<LedgerEvidence, StatusCounts>,
    },
    experiments: experiments
      .filter(({ id }) => rows.some((row) => row.experiment === id))
      .map(({ id, title, source }) => ({ id, title, source })),
    rows,
  };
}

function countsOf(rows: readonly LedgerRow[]): StatusCounts {
  return Object.fromEntries(
    ledgerStatuses.map((status) => [status, rows.filter((row) => row.status === status).length]),
  ) as Record<LedgerStatus, number>;
}

import { isSpattenError } from "../../base/errors.ts";
import type { ValidationContext } from "./oracle.ts";
import { type RunOptions, type Skipped, skippedFor } from "./run-oracle.ts";
import type { ShownRow, ShownTable } from "./shown/shown-table.ts";

/** A shown table and its rows, or why it has none. */
export type ShownResult = Pick<ShownTable, "id" | "title" | "source"> &
  ({ readonly state: "shown"; readonly rows: readonly ShownRow[] } | Skipped);

/** The rows of a table, where its files are there and can be read. @throws SpattenError `aborted`. */
export async function runShown(
  table: ShownTable,
  context: ValidationContext,
  options: RunOptions,
): Promise<ShownResult> {
  const { id, title, source } = table;
  const skipped = skippedFor(table.needs, context);
  if (skipped !== undefined) return { id, title, source, ...skipped };
  try {
    return { id, title, source, state: "shown", rows: await table.rows(context, options) };
  } catch (error) {
    if (!isSpattenError(error) || error.code === "aborted") throw error;
    return { id, title, source, state: "skipped", reason: error.message };
  }
}

import { SpattenError } from "../base/errors.ts";
import type { OfficialRow } from "./official-row.ts";

/** What the release's machine takes as one: a head, or two heads of 6 bits that share a fetch. */
export type OfficialRequest =
  | { readonly kind: "single"; readonly row: OfficialRow }
  | { readonly kind: "fused"; readonly first: OfficialRow; readonly second: OfficialRow };

const FUSED_BITS = 6;

/**
 * Takes rows whose keys or values have 6 bits in consecutive pairs, all others alone. Which stream of a pair is fused
 * follows from its own bits.
 * @throws SpattenError `workload` for a 6-bit row left over, or a pair that differs in counts or bits: what the release
 * does then is not known.
 */
export function pairFusedRows(rows: readonly OfficialRow[], where = "official rows"): OfficialRequest[] {
  return [...eachRequest(rows, where)];
}

/** The same, one after the other: a million rows need no list of a million requests. */
export function* eachRequest(
  rows: Iterable<OfficialRow>,
  where = "official rows",
): Generator<OfficialRequest, void> {
  let index = -1;
  let first: OfficialRow | undefined;
  for (const row of rows) {
    index++;
    if (first !== undefined) {
      if (!isFused(row)) throw unpaired(first, index - 1, row, where);
      checkEqual(first, row, index, where);
      yield { kind: "fused", first, second: row };
      first = undefined;
    } else if (isFused(row)) first = row;
    else yield { kind: "single", row };
  }
  if (first !== undefined) throw unpaired(first, index, undefined, where);
}

function unpaired(
  first: OfficialRow,
  index: number,
  second: OfficialRow | undefined,
  where: string,
): SpattenError {
  return new SpattenError("workload", "a 6-bit row has no second one to be fused with", {
    where: `${where}: row ${index} (${describeRow(first)})`,
    got: second === undefined ? "the end" : `a row of other bits, ${describeRow(second)}`,
    expected: "6-bit rows in consecutive pairs",
  });
}

function isFused(row: OfficialRow): boolean {
  return row.keyBits === FUSED_BITS || row.valueBits === FUSED_BITS;
}

const PAIRED_COLUMNS = [
  ["key_fetch_num", "keyFetchCount"],
  ["value_fetch_num", "valueFetchCount"],
  ["quant_key_bit", "keyBits"],
  ["quant_value_bit", "valueBits"],
] as const;

/** @param index of the second row. */
function checkEqual(first: OfficialRow, second: OfficialRow, index: number, where: string): void {
  for (const [name, field] of PAIRED_COLUMNS) {
    if (first[field] === second[field]) continue;
    throw new SpattenError("workload", "two 6-bit rows that would be fused differ", {
      where: `${where}: rows ${index - 1} and ${index} (${describeRow(first)}), column ${name}`,
      got: `${first[field]} and ${second[field]}`,
      expected: "equal counts and bits",
    });
  }
}

function describeRow(row: OfficialRow): string {
  return `iteration ${row.iteration}, layer ${row.layer}, head ${row.head}`;
}

import type { OracleResult, Skipped } from "../experiments/validation/run-oracle.ts";
import type { ShownResult } from "../experiments/validation/run-shown.ts";
import type { ValidationCounts } from "../experiments/validation/validation-document.ts";
import { findingOf, verdictOf } from "../report/validation-words.ts";
import { padTo, type Style, safe } from "./terminal.ts";

/** The folders that were looked for, as the user would name them. */
export type LookedFor = Readonly<Record<"golden" | "workloads", string>>;

/** One line of an oracle, and below it what did not come out. */
export function renderOracle(result: OracleResult, lookedFor: LookedFor, style: Style): string {
  const verdict = padTo(verdictOf(result), 7);
  const mark = result.state === "passed" ? style.accent(verdict) : style.warn(verdict);
  const finding = result.state === "skipped" ? skippedText(result, lookedFor) : findingOf(result);
  const line = `${mark}  ${style.bold(result.id)}: ${result.compared}: ${safe(finding)} ${style.dim(`(${result.kind})`)}\n`;
  if (result.state !== "failed") return line;
  const differences = result.outcome.differences.map(
    ({ where, expected, got }) => `         ${safe(where)}: expected ${safe(expected)}, got ${safe(got)}\n`,
  );
  return line + differences.join("");
}

/** A table of figures that nobody judges. */
export function renderShown(table: ShownResult, lookedFor: LookedFor, style: Style): string {
  const head = `\n${style.warn(table.state === "skipped" ? "skipped  " : "")}${style.bold(table.id)}: ${table.title}`;
  if (table.state === "skipped") return `${head}: ${safe(skippedText(table, lookedFor))}\n`;
  const rows = table.rows.map(({ quantity, published, ours, deviation }) => {
    const theirs = published === undefined ? "" : `published ${published}, `;
    return `  ${quantity}: ${theirs}ours ${ours}${deviation === undefined ? "" : `, ${deviation}`}\n`;
  });
  return `${head} ${style.dim("(shown, not judged)")}\n${rows.join("")}`;
}

/** The last line: what a script or a tired reader looks for. */
export function renderCounts({ passed, failed, skipped }: ValidationCounts): string {
  return `\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}

function skippedText({ reason, lacks }: Skipped, lookedFor: LookedFor): string {
  if (lacks === undefined) return reason;
  return `${reason}; looked in ${lookedFor[lacks]}, name another folder with --${lacks} FOLDER`;
}

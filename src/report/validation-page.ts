import type { OracleResult } from "../experiments/validation/run-oracle.ts";
import type { ShownResult } from "../experiments/validation/run-shown.ts";
import type { ValidationDocument } from "../experiments/validation/validation-document.ts";
import { markdownCell, markdownTable } from "./markdown-table.ts";
import { evidenceKinds, findingOf, verdictOf } from "./validation-words.ts";

const MANY = new Intl.NumberFormat("en-US");

/** A validation as a page of Markdown; it holds no date and no path, so that equal results are equal bytes. */
export function validationPage(validation: ValidationDocument): string {
  const { counts, oracles, shown, isPartial } = validation;
  return [
    "# Validation",
    "",
    "What the simulators were compared with, and what came out. `npm run validate` writes this page (`spatten validate --markdown FILE`); do not edit it. `golden/` is a folder of figures that were recorded from other programs, and `workloads/` holds the official release's inputs; both lie beside the repository and are no part of the package.",
    "",
    ...(isPartial ? ["Only some oracles were asked for.", ""] : []),
    `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped.`,
    "",
    ...markdownTable(
      ["", "oracle", "what is compared", "kind of evidence", "of all, the figure"],
      oracles.map(oracleCells),
    ),
    "",
    ...oracles.flatMap(differenceLines),
    "Kinds of evidence:",
    "",
    ...Object.entries(evidenceKinds).map(([kind, meaning]) => `- ${kind}: ${meaning}.`),
    "",
    "Not among them: the fast DRAM controller against a naive one that is clocked in every tick. The naive one is not shipped; `src/hardware/dram/event-controller.test.ts` compares the two on random traces. Other units have such twins too (`*.reference.ts`), and `src/hardware/README.md` and the pages of the machines say of each unit what its evidence is.",
    "",
    "## Shown, not judged",
    "",
    "Published figures beside ours, as they come out. Nothing in the models was fitted to them, and no row can fail. A reason is the likely one; the paper leaves open what would settle it.",
    "",
    ...(shown.length === 0 ? ["None was asked for.", ""] : shown.flatMap(shownLines)),
  ].join("\n");
}

function oracleCells(result: OracleResult): string[] {
  const verdict = verdictOf(result);
  return [
    verdict === "FAILS" ? "**FAILS**" : verdict,
    `\`${result.id}\`: ${result.title}`,
    result.compared,
    result.kind,
    grouped(findingOf(result)),
  ];
}

/** What did not come out, below the table: a cell is too narrow for it. */
function differenceLines(result: OracleResult): string[] {
  if (result.state !== "failed") return [];
  const lines = result.outcome.differences.map(
    ({ where, expected, got }) =>
      `- ${markdownCell(where)}: expected ${markdownCell(expected)}, got ${markdownCell(got)}`,
  );
  return [`\`${result.id}\` fails:`, "", ...lines, ""];
}

function shownLines(shown: ShownResult): string[] {
  const head = [`### ${shown.title}`, "", `Source: ${shown.source}.`, ""];
  if (shown.state === "skipped") return [...head, `Skipped: ${markdownCell(shown.reason)}.`, ""];
  return [
    ...head,
    ...markdownTable(
      ["", "published", "ours", "deviation", "likely reason, or what it means"],
      shown.rows.map(({ quantity, published = "–", ours, deviation = "–", reason }) => [
        quantity,
        published,
        grouped(ours),
        grouped(deviation),
        reason,
      ]),
    ),
    "",
  ];
}

/** Long whole numbers with commas. */
function grouped(text: string): string {
  return text.replace(/(?<![\d.,])\d{5,}(?![\d.])/g, (digits) => MANY.format(BigInt(digits)));
}

import { type AnswerText, answersOf } from "../report/answers.ts";
import { arithmeticNote } from "../report/arithmetic-note.ts";
import { type DisplayToken, displayTokens } from "../report/display-tokens.ts";
import { formatEnergy, formatPercent, formatQuantity, formatRatio } from "../report/format.ts";
import type { LayerDocument, RunDocument } from "../report/run-document.ts";
import { bar, padTo, type Style, safe } from "./terminal.ts";

/** A run for people: the sentence as it thins out, the two answers, and what was saved. */
export function renderRun(run: RunDocument, style: Style): string {
  return [
    renderHeading(run, style),
    "",
    ...renderSieve(run, style),
    "",
    ...renderSavings(run, style),
    "",
    style.dim(renderFooting(run)),
    "",
  ].join("\n");
}

function renderHeading(run: RunDocument, style: Style): string {
  const { dense, pruned, isSame } = answersOf(run.dense, run.pruned);
  const answer = ({ said, detail }: AnswerText) =>
    `${safe(said)}${detail === "" ? "" : ` (${safe(detail)})`}`;
  return [
    `${style.bold(safe(run.model.name))} under plan ${style.bold(safe(run.plan.name))}${arithmeticNote(run.arithmetic)}`,
    `  dense   ${answer(dense)}`,
    `  pruned  ${answer(pruned)}${isSame ? "" : style.warn("  another answer")}`,
  ].join("\n");
}

/** One block a layer: heads as dots, kept tokens as words, dropped ones as dots of the same width. */
function renderSieve(run: RunDocument, style: Style): string[] {
  const tokens = displayTokens(run.input.tokens);
  const total = tokens.length;
  const countWidth = `${total}/${total}`.length;
  const headWidth = Math.max("heads".length, run.model.headCount);
  const indent = "layer".length + 2 + headWidth + 2 + Math.max(countWidth, "tokens".length) + 2;
  const head = `${padTo("layer", 7)}${padTo("heads", headWidth + 2)}${padTo("tokens", indent - 9 - headWidth)}`;
  const lines = [style.dim(head.trimEnd())];
  for (const layer of run.layers) {
    const label =
      padTo(padTo(String(layer.layer), 5, "right"), 7) +
      padTo(headDots(layer, run.model.headCount), headWidth + 2) +
      padTo(`${layer.tokensKept.length}/${total}`, indent - 9 - headWidth);
    const rows = sentenceRows(tokens, layer, style, style.columns - indent);
    lines.push(...rows.map((row, index) => (index === 0 ? label : " ".repeat(indent)) + row));
  }
  return lines;
}

function headDots(layer: LayerDocument, headCount: number): string {
  const kept = new Set(layer.headsKept);
  return Array.from({ length: headCount }, (_, head) => (kept.has(head) ? "●" : "·")).join("");
}

/** The sentence with this layer's tokens, wrapped at the same places in every layer. */
function sentenceRows(
  tokens: readonly DisplayToken[],
  layer: LayerDocument,
  style: Style,
  width: number,
): string[] {
  const scoreOf = new Map(layer.tokensKept.map((position, slot) => [position, layer.tokenScores[slot]!]));
  const strongest = [...scoreOf.values()].sort((left, right) => right - left);
  const boldFrom = strongest[Math.floor(strongest.length / 4)] ?? Number.POSITIVE_INFINITY;
  const rows: string[] = [];
  let row = "";
  let used = 0;
  tokens.forEach(({ text, joins }, position) => {
    const gap = joins || used === 0 ? "" : " ";
    if (used > 0 && used + gap.length + text.length > width) {
      rows.push(row);
      [row, used] = ["", 0];
    }
    const score = scoreOf.get(position);
    const kept = score !== undefined && score >= boldFrom ? style.bold(text) : text;
    const shown = score === undefined ? style.dim("·".repeat(text.length)) : kept;
    const lead = used === 0 ? "" : gap;
    row += lead + shown;
    used += lead.length + text.length;
  });
  return [...rows, row];
}

interface SavingRow {
  readonly name: string;
  readonly dense: string;
  readonly pruned: string;
  /** How many times less. */
  readonly saved: number;
}

function renderSavings(run: RunDocument, style: Style): string[] {
  const { dense, pruned } = run.machine;
  const { savings } = run;
  const rows: SavingRow[] = [
    {
      name: "DRAM traffic",
      dense: formatQuantity(dense.bytes.total, "B"),
      pruned: formatQuantity(pruned.bytes.total, "B"),
      saved: savings.dramAgainst.bits12,
    },
    {
      name: "attention operations",
      dense: formatQuantity(dense.operations.executed, "op"),
      pruned: formatQuantity(pruned.operations.executed + pruned.operations.recomputed, "op"),
      saved: savings.attentionOperations,
    },
    {
      name: "cycles",
      dense: formatQuantity(dense.cycles, ""),
      pruned: formatQuantity(pruned.cycles, ""),
      saved: savings.cycles,
    },
    {
      name: "energy",
      dense: formatEnergy(dense.energyPicojoules.total),
      pruned: formatEnergy(pruned.energyPicojoules.total),
      saved: savings.energy,
    },
  ];
  const barWidth = Math.max(10, style.columns - 62);
  const head = `${padTo(`on ${safe(pruned.machine)}`, 22)}${padTo("dense", 12, "right")}${padTo("pruned", 12, "right")}${padTo("saved", 9, "right")}`;
  return [
    style.dim(head),
    ...rows.map(
      (row) =>
        `${padTo(row.name, 22)}${padTo(row.dense, 12, "right")}${padTo(row.pruned, 12, "right")}` +
        `${style.bold(padTo(formatRatio(row.saved), 9, "right"))}  ${style.accent(bar(1 / row.saved, barWidth))}`,
    ),
    style.dim(
      `dense operands of 12 bits; against 16 bits DRAM is ${formatRatio(savings.dramAgainst.bits16)} less, ` +
        `against fp32 ${formatRatio(savings.dramAgainst.fp32)}`,
    ),
  ];
}

function renderFooting(run: RunDocument): string {
  const { pruned } = run.machine;
  return (
    `tokens kept ${formatPercent(run.savings.meanTokenKeepRatio)} on average over the layers; ` +
    `projections and feed-forward, not on this machine: ${formatRatio(run.savings.linearOperations)} less\n` +
    `${pruned.fidelity} model, ${pruned.energyModel} energy; bound by ${pruned.bound}; ` +
    `${pruned.assumptions.length} assumptions (--json lists them)`
  );
}

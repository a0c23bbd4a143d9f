import { formatEnergy, formatPercent, formatQuantity, formatRatio } from "../report/format.ts";
import type { CacheLayerDocument, GenerationDocument } from "../report/generation-document.ts";
import { bar, padTo, type Style, safe } from "./terminal.ts";

/** A generation for people, behind the text itself: the cache as a sieve, and what was saved. */
export function renderGeneration(run: GenerationDocument, style: Style): string {
  return [
    style.dim(renderAgreement(run)),
    "",
    ...renderCache(run, style),
    "",
    ...renderSavings(run, style),
    style.dim(renderFooting(run)),
    "",
  ].join("\n");
}

/** The line above the text. */
export function renderGenerationHeading(model: string, plan: string, style: Style): string {
  return `${style.bold(safe(model))} under plan ${style.bold(safe(plan))}\n\n`;
}

function renderAgreement({ generated, dense, equalTokenCount }: GenerationDocument): string {
  const why = {
    length: "as many tokens as were asked for",
    stop: "a stop was met",
    "end-of-text": "the text ended",
    positions: "the model has no further positions",
  }[generated.finishReason];
  const count = generated.ids.length;
  const same =
    equalTokenCount === count && count === dense.generated.ids.length
      ? "the dense model says the same"
      : `the dense model says the same for ${tokens(equalTokenCount)}, then goes on: ${quoted(dense.generated.text)}`;
  return `${tokens(count)}; ${why}; ${same}`;
}

function tokens(count: number): string {
  return count === 1 ? "1 token" : `${count} tokens`;
}

function quoted(text: string): string {
  const line = safe(text.replace(/\s+/g, " ").trim());
  return JSON.stringify(line.length > 160 ? `${line.slice(0, 157)}...` : line);
}

const SHADES = [" ", "░", "▒", "▓", "█"];

/** One line a layer: how many of its rows each stretch of the text gives to the last iteration. */
function renderCache({ cache, model }: GenerationDocument, style: Style): string[] {
  const [first] = cache.layers;
  if (first === undefined) return [];
  const length = first.readsByPosition.length;
  const countWidth = 15;
  const width = Math.min(length, style.columns - 7 - countWidth);
  const head = `${padTo("layer", 7)}${padTo("read / held", countWidth)}rows of the cache that the last iteration read, first token to newest`;
  return [
    style.dim(head.slice(0, style.columns)),
    ...cache.layers.map((layer) => {
      const held = layer.heldRows / model.keyValueHeadCount;
      const read = layer.fetchedRows / model.keyValueHeadCount;
      const counts = `${formatQuantity(Math.round(read), "")} / ${formatQuantity(Math.round(held), "")}`;
      const label = padTo(padTo(String(layer.layer), 5, "right"), 7) + padTo(counts, countWidth);
      return label + style.accent(shadesOf(layer, width, model.keyValueHeadCount));
    }),
  ];
}

function shadesOf({ readsByPosition }: CacheLayerDocument, width: number, headCount: number): string {
  const length = readsByPosition.length;
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * length) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * length) / width));
    const reads = readsByPosition.slice(from, to).reduce((sum, count) => sum + count, 0);
    // A single row that is read must not look like none.
    return SHADES[Math.ceil((reads / headCount / (to - from)) * (SHADES.length - 1))]!;
  }).join("");
}

function renderSavings({ machine, savings, cache }: GenerationDocument, style: Style): string[] {
  const name = machine === null ? "the cache" : `on ${safe(machine.pruned.machine)}`;
  const head = `${padTo(name, 22)}${padTo("dense", 12, "right")}${padTo("pruned", 12, "right")}${padTo("saved", 9, "right")}`;
  const row = (title: string, dense: string, pruned: string, saved: number) =>
    `${padTo(title, 22)}${padTo(dense, 12, "right")}${padTo(pruned, 12, "right")}` +
    `${style.bold(padTo(formatRatio(saved), 9, "right"))}  ${style.accent(bar(Math.min(1, 1 / saved), Math.max(10, style.columns - 62)))}`;
  const { bytes } = cache;
  const held = row(
    "cache held here",
    formatQuantity(bytes.dense, "B"),
    formatQuantity(bytes.pruned, "B"),
    bytes.dense / bytes.pruned,
  );
  if (machine === null || savings === null) return [style.dim(head), held];
  const { dense, pruned } = machine;
  return [
    style.dim(head),
    held,
    row(
      "DRAM traffic",
      formatQuantity(dense.bytes.total, "B"),
      formatQuantity(pruned.bytes.total, "B"),
      savings.dramAgainst.bits12,
    ),
    row("cycles", formatQuantity(dense.cycles, ""), formatQuantity(pruned.cycles, ""), savings.cycles),
    row(
      "energy",
      formatEnergy(dense.energyPicojoules.total),
      formatEnergy(pruned.energyPicojoules.total),
      savings.energy,
    ),
  ];
}

function renderFooting({ cache, machine }: GenerationDocument): string {
  const rows = `of the dense run's rows ${formatPercent(cache.fetchedRowRatio)} were read and ${formatPercent(cache.heldRowRatio)} held; the prompt is worked on whole`;
  if (machine === null) return rows;
  const { fidelity, energyModel, bound, assumptions } = machine.pruned;
  return `${rows}\n${fidelity} model, ${energyModel} energy; bound by ${bound}; ${assumptions.length} assumptions (--json lists them)`;
}

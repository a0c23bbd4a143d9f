import type { PublishedRow } from "../../ledger/published-row.ts";
import { SPATTEN_PAPER } from "./paper.ts";

export const HAT = `${SPATTEN_PAPER}, HAT co-design on WMT14 En-De`;

type Point = readonly [milliseconds: number, bleu: number];

const searched: readonly Point[] = [
  [1.37, 26.4],
  [1.68, 26.9],
  [2.24, 27.54],
  [2.81, 27.8],
  [3.29, 27.94],
  [4.55, 28.2],
  [5.22, 28.3],
];

const vanilla: readonly (readonly [id: string, title: string, point: Point])[] = [
  ["layers-1", "Transformer-Base with 1 decoder layer", [1.53, 24.37]],
  ["layers-2", "Transformer-Base with 2 decoder layers", [1.9, 25.85]],
  ["layers-3", "Transformer-Base with 3 decoder layers", [2.26, 26.54]],
  ["layers-4", "Transformer-Base with 4 decoder layers", [2.62, 27.04]],
  ["layers-5", "Transformer-Base with 5 decoder layers", [2.99, 27.53]],
  ["base", "Transformer-Base", [3.35, 27.63]],
  ["narrow", "the narrowest vanilla transformer", [1.8, 24.58]],
  ["big", "Transformer-Big", [10.02, 28.4]],
];

const row = (
  id: string,
  quantity: string,
  published: number,
  unit: string,
  roundedTo?: number,
): PublishedRow => ({
  id: `hat-${id}`,
  source: HAT,
  quantity,
  ...{ published, unit },
  ...(roundedTo === undefined ? {} : { roundedTo }),
});

const ofPoint = (id: string, title: string, [milliseconds, bleu]: Point): PublishedRow[] => [
  row(`latency-${id}`, `${title}: latency on SpAtten-e2e`, milliseconds, "ms"),
  row(`bleu-${id}`, `${title}: quality`, bleu, "BLEU"),
];

/** Searched models in the figure's order. */
export const hatSearched: readonly string[] = searched.map((_, index) => `searched-${index + 1}`);

/** SpAtten (HPCA 2021): transformers searched for SpAtten-e2e beside vanilla ones. */
export const hatRows: readonly PublishedRow[] = [
  ...searched.flatMap((point, index) => ofPoint(hatSearched[index]!, `searched model ${index + 1}`, point)),
  ...vanilla.flatMap(([id, title, point]) => ofPoint(id, title, point)),
  row("speedup-7-over-big", "searched model 7 over Transformer-Big: speedup", 1.9, "×", 0.1),
  row("size-7-over-big", "searched model 7 over Transformer-Big: times smaller", 2.8, "×", 0.1),
  row("fully-connected-base", "Transformer-Base: fully connected layers", 2.674, "GFLOP"),
  row("attention-base", "Transformer-Base: attention", 28.9, "MFLOP"),
  row("attention-share-base", "Transformer-Base: share of attention in the operations", 1.07, "%"),
  row("fully-connected-3", "searched model 3: fully connected layers", 1.887, "GFLOP"),
  row("attention-3", "searched model 3: attention", 30.5, "MFLOP"),
  row("attention-share-3", "searched model 3: share of attention in the operations", 1.59, "%"),
];

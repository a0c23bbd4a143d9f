import type { Split } from "../datasets/dataset.ts";
import { textsOf } from "../perplexity/texts-of.ts";

/** Sentences of the paragraphs of a split, in their order: what a fact is hidden between. */
export function haySentences(split: Split): string[] {
  return textsOf(split)
    .flatMap(({ text }) => text.split(/\s*\n\s*/u))
    .flatMap((paragraph) => paragraph.split(/(?<=[.!?])\s+/u))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}

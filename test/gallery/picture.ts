import type { Figure } from "../../src/report/index.ts";

const DECIMALS = 2;

/**
 * A figure as a picture file: the drawing alone, one element a line. Numbers are rounded here and not in the product:
 * the last digits of a float may differ between machines, and no eye sees them.
 */
export function pictureOf({ element }: Figure): string {
  const drawing =
    element.tagName.toLowerCase() === "svg" ? element : element.querySelector("svg[aria-label]");
  // Inside a page an SVG needs no namespace; as a file of its own it does.
  const markup = drawing!.outerHTML
    .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    // The plot library's own style, the same in every figure, is no drawing of ours; the linter rejects it in a file.
    .replace(/<style>.*?<\/style>/s, "")
    .replaceAll("><", ">\n<");
  const rounded = markup.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(roundTo(Number(number))));
  return `${rounded}\n`;
}

function roundTo(value: number): number {
  const factor = 10 ** DECIMALS;
  // Adding 0 turns -0 into 0, which would print alike but not compare alike.
  return Math.round(value * factor) / factor + 0;
}

import { inertText } from "./inert-text.ts";

/** A table of Markdown, columns padded as the formatter of the repository has them, so that a page can be committed as it is. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [head, ...rows].map((cells) => cells.map(markdownCell));
  const widths = head.map((_, column) =>
    lines.reduce((widest, cells) => Math.max(widest, cells[column]!.length), 3),
  );
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column]!)).join(" | ")} |`;
  const [first, ...others] = lines;
  return [row(first!), row(widths.map((width) => "-".repeat(width))), ...others.map(row)];
}

/** Text from outside in a cell. */
export function markdownCell(text: string): string {
  return inertText(text).replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

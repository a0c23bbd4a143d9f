import { inertText } from "./inert-text.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** A self-contained page: no script, nothing fetched. `body` is markup, `title` a text; `style` comes behind the usual one. */
export function htmlDocument(title: string, body: string, style = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** A row of a table, in texts. */
export interface HtmlRow {
  readonly className?: string;
  readonly cells: readonly string[];
}

/** A table of texts. */
export function htmlTable(head: readonly string[], rows: readonly HtmlRow[]): string {
  const cells = (tag: "th" | "td", texts: readonly string[]): string =>
    texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join("");
  const body = rows.map(
    ({ className, cells: own }) =>
      `<tr${className === undefined ? "" : ` class="${className}"`}>${cells("td", own)}</tr>`,
  );
  return `<table><thead><tr>${cells("th", head)}</tr></thead><tbody>
${body.join("\n")}
</tbody></table>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text from outside as text of a page: markup and active characters are shown, never obeyed. */
export function escapeHtml(text: string): string {
  return inertText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

import type { Figure } from "./figures/figure.ts";

/** A figure as a file of its own: outside a page it brings its name space and its paper along. */
export function standaloneSvg({ element }: Pick<Figure, "element">): string {
  const drawing =
    element.tagName.toLowerCase() === "svg" ? element : element.querySelector("svg[aria-label]")!;
  drawing.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  drawing.setAttribute("style", `${drawing.getAttribute("style") ?? ""};background:white;color:#1a1a1a`);
  for (const node of [drawing, ...drawing.querySelectorAll("*")]) withoutMarkup(node);
  return `${drawing.outerHTML}\n`;
}

const LOOKALIKES: Readonly<Record<string, string>> = { "<": "‹", "&": "＆" };

/** A page takes such characters in an attribute, a file of XML does not; only labels have any. */
function withoutMarkup(node: Element): void {
  for (const name of node.getAttributeNames()) {
    const value = node.getAttribute(name)!;
    const harmless = value.replace(/[<&]/g, (character) => LOOKALIKES[character]!);
    if (harmless !== value) node.setAttribute(name, harmless);
  }
}

import type { DatasetFormat, TextExample } from "./dataset.ts";
import { splitFileFormat } from "./split-files.ts";

/** Stands between documents, as in GPT-2's training text. */
const MARK = "<|endoftext|>";

/** A text as one document, or the documents between marks, without the line ends beside these. */
export function parsePlainText(text: string, where: string): { readonly rows: TextExample[] } {
  const isMarked = text.includes(MARK);
  const documents = isMarked
    ? text.split(MARK).map((part) => part.replace(/^[\r\n]+|[\r\n]+$/g, ""))
    : [text];
  const rows = documents
    .filter((document) => document.trim() !== "")
    .map((document, index) => ({
      ...{ kind: "text" as const, text: document },
      where: isMarked ? `${where}: document ${index + 1}` : where,
    }));
  return { rows };
}

/** Texts as they are: what a decoder's perplexity is measured on, and what needles are hidden in. */
export const plainTextFormat: DatasetFormat = splitFileFormat({
  id: "text",
  title: "plain text",
  source: "UTF-8",
  row: `a document: the file, or what lies between marks ${MARK}`,
  extension: ".txt",
  parse: parsePlainText,
});

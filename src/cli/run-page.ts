import { parseHTML } from "linkedom";
import { runPageHtml } from "../report/page.ts";
import type { RunDocument } from "../report/run-document.ts";

/** The report page of a run, drawn with a document made in Node. */
export function runPage(run: RunDocument): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return runPageHtml(run, { document: document as unknown as Document });
}

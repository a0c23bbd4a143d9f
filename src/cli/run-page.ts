import { runPageHtml } from "../report/page.ts";
import type { RunDocument } from "../report/run-document.ts";
import { linkedomDocument } from "./node-document.ts";

/** The report page of a run, drawn with a document made in Node. */
export function runPage(run: RunDocument): string {
  return runPageHtml(run, { document: linkedomDocument() });
}

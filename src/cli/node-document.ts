import { parseHTML } from "linkedom";

/** A document to draw with where there is no browser. */
export function linkedomDocument(): Document {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return document as unknown as Document;
}

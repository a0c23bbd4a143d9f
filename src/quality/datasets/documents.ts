/** Documents of a split, each kept once. */
export interface Documents {
  readonly all: readonly string[];
  /** Index of the document, which is added where it is new. */
  add(document: string): number;
}

/** An empty collection of documents. */
export function collectDocuments(): Documents {
  const all: string[] = [];
  const indexOf = new Map<string, number>();
  return {
    all,
    add: (document) => {
      const known = indexOf.get(document);
      if (known !== undefined) return known;
      indexOf.set(document, all.length);
      return all.push(document) - 1;
    },
  };
}

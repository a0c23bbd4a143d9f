import { SpattenError } from "../../base/errors.ts";
import { createRandom } from "../../base/random.ts";
import { type Dataset, type Example, type Split, type SplitName, splitNames } from "./dataset.ts";

/** A data set that has a validation split, its own or one that was cut out. */
export interface DatasetWithValidation {
  readonly dataset: Dataset;
  /** The split that the validation rows were cut out of; they are no longer in it. */
  readonly cutFrom?: "train" | "test";
}

/** Parts that are cut out: a train split gives few rows up, a test split that stands alone is halved. */
const CUT_RATIO = { train: 0.2, test: 0.5 } as const;

/**
 * The data set itself, or one whose validation rows are drawn out of train, or of test where that is all there is.
 * Questions on one document stay together, and each part has its own documents. @throws SpattenError `input` when read.
 */
export function withValidation(dataset: Dataset, seed: number): DatasetWithValidation {
  if (dataset.splitNames.includes("validation")) return { dataset };
  const cutFrom = dataset.splitNames.includes("train") ? "train" : "test";
  const cut = async () => {
    const split = await dataset.readSplit(cutFrom);
    return cutSplit(split, CUT_RATIO[cutFrom], seed, `${dataset.name} at ${cutFrom}`);
  };
  const has = (name: SplitName) => name === "validation" || dataset.splitNames.includes(name);
  return {
    cutFrom,
    dataset: {
      ...dataset,
      splitNames: splitNames.filter(has),
      readSplit: async (name) => {
        if (name === "validation") return (await cut()).taken;
        return name === cutFrom ? (await cut()).left : dataset.readSplit(name);
      },
    },
  };
}

function cutSplit(
  split: Split,
  ratio: number,
  seed: number,
  where: string,
): { readonly taken: Split; readonly left: Split } {
  const groupOf = (example: Example, row: number) => (example.kind === "question" ? example.document : row);
  const groups = new Set(split.rows.map(groupOf));
  if (groups.size < 2) {
    throw new SpattenError("input", "no validation rows can be cut out of this split", {
      where,
      got: "rows that belong together, all of them",
      expected: "at least two that do not",
    });
  }
  const random = createRandom(seed);
  const ordered = [...groups].map((group) => ({ group, place: random.next() }));
  ordered.sort((left, right) => left.place - right.place);
  const taken = new Set(ordered.slice(0, Math.ceil(ratio * ordered.length)).map(({ group }) => group));
  const part = (isTaken: boolean): Split =>
    withOwnDocuments(
      split,
      split.rows.filter((row, index) => taken.has(groupOf(row, index)) === isTaken),
    );
  return { taken: part(true), left: part(false) };
}

function withOwnDocuments({ documents }: Split, rows: readonly Example[]): Split {
  const used = [...new Set(rows.flatMap((row) => (row.kind === "question" ? [row.document] : [])))];
  used.sort((left, right) => left - right);
  const numberOf = new Map(used.map((document, index) => [document, index]));
  return {
    rows: rows.map((row) =>
      row.kind === "question" ? { ...row, document: numberOf.get(row.document)! } : row,
    ),
    documents: used.map((document) => documents[document]!),
  };
}

import { SpattenError } from "../../base/errors.ts";
import type { Split, TextExample } from "../datasets/dataset.ts";

/**
 * The texts of a split: its documents, or its questions' paragraphs joined by blank lines as one text.
 * @throws SpattenError `usage` for rows of another kind.
 */
export function textsOf({ rows, documents }: Split): Pick<TextExample, "where" | "text">[] {
  const kind = rows[0]?.kind;
  if (kind === "question") return [{ where: "paragraphs", text: documents.join("\n\n") }];
  return rows.map((row) => {
    if (row.kind === "text") return row;
    throw new SpattenError("usage", "a decoder is judged on texts", {
      where: row.where,
      got: `a row of kind ${row.kind}`,
      hint: "give a .txt file, or questions on paragraphs in SQuAD's layout",
    });
  });
}

import * as z from "zod/mini";
import { parseJsonText } from "../../base/json-text.ts";
import { parseWith } from "../../base/schema.ts";
import type { DatasetFiles, DatasetFormat, QuestionExample, Split } from "./dataset.ts";
import { collectDocuments } from "./documents.ts";
import { requireRows } from "./split-files.ts";

const fileSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      paragraphs: z.array(
        z.looseObject({
          context: z.string(),
          qas: z.array(
            z.looseObject({
              question: z.string(),
              is_impossible: z.optional(z.boolean()),
              answers: z.array(z.looseObject({ text: z.string() })),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** Questions and paragraphs of a file in SQuAD's layout, in its order. @throws SpattenError `input` naming the field. */
export function parseSquad(text: string, where: string): Split {
  const value = parseJsonText(text, { what: "the file", where, code: "input" });
  const file = parseWith(fileSchema, value, { what: "SQuAD file", where, code: "input" });
  const documents = collectDocuments();
  const rows: QuestionExample[] = [];
  for (const [article, { paragraphs }] of file.data.entries()) {
    for (const [paragraph, { context, qas }] of paragraphs.entries()) {
      const document = documents.add(context);
      for (const [index, { question, answers, is_impossible }] of qas.entries()) {
        rows.push({
          kind: "question",
          where: `${where} at data.${article}.paragraphs.${paragraph}.qas.${index}`,
          text: question,
          context,
          answers: is_impossible === true ? [] : answers.map((answer) => answer.text),
          document,
        });
      }
    }
  }
  return { rows, documents: documents.all };
}

/** Files that carry this layout in a folder of their own. */
const FILES_IN_A_FOLDER = ["xquad.en.json", "dev-v1.1.json", "dev-v2.0.json"];

/** SQuAD and what follows its layout, such as XQuAD: questions on paragraphs, or paragraphs to be found. */
export const squadFormat: DatasetFormat = {
  id: "squad",
  title: "SQuAD JSON",
  source: "Rajpurkar et al. 2016, arXiv:1606.05250; XQuAD: Artetxe et al. 2020",
  row: "a question, its paragraph and the right answers; the paragraphs are also the documents of a retrieval",
  recognizes: async (files) => (await fileOf(files))?.endsWith(".json") === true,
  open: async (files) => ({
    name: files.name,
    format: "squad",
    splitNames: ["test"],
    readSplit: async () => {
      const fileName = (await fileOf(files)) ?? FILES_IN_A_FOLDER[0]!;
      return requireRows(parseSquad(await files.readText(fileName), fileName), fileName);
    },
  }),
};

async function fileOf(files: DatasetFiles): Promise<string | undefined> {
  if (files.fileName !== undefined) return files.fileName;
  for (const fileName of FILES_IN_A_FOLDER) if (await files.exists(fileName)) return fileName;
  return undefined;
}

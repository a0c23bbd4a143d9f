import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WORKLOAD_SCHEMA, workloadHeaderSchema, workloadJobSchema } from "./attention-workload.ts";
import { readWorkload, writeWorkloadLines } from "./workload-lines.ts";

const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8");

function codeOf(language: string): string {
  return readme.split(`\`\`\`${language}\n`)[1]!.split("```")[0]!;
}

test("the JavaScript of the README writes a workload that reads back", async () => {
  const body = codeOf("js").replace(/^import .*\n/m, "");
  const record = new Function("WORKLOAD_SCHEMA", "writeWorkloadLines", "layers", `${body}; return text;`);
  const text: string = record(WORKLOAD_SCHEMA, writeWorkloadLines, [
    [0, 1, 2],
    [0, 2],
  ]);
  expect((await readWorkload(text.split("\n"), "README")).jobs).toHaveLength(24);
});

test("the README and its Python name every field that a file must have", () => {
  const required = (schema: { readonly shape: object }): string[] => Object.keys(schema.shape);
  const fields = [
    workloadHeaderSchema,
    workloadHeaderSchema.shape.model,
    ...workloadJobSchema.def.options,
  ].flatMap(required);
  for (const field of fields) expect(readme).toContain(`\`${field}\``);
  const optional = new Set(["plan", "tensors", "unprunedQueryLength", "keyIds"]);
  const attention = workloadJobSchema.def.options[0];
  for (const field of [...required(workloadHeaderSchema), ...required(attention)]) {
    if (!optional.has(field)) expect(codeOf("python")).toContain(`${field}=`);
  }
});

// Writes the JSON Schemas of the package's file formats to dist/schema/, for editors and other languages.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { pruningPlanSchema } from "../dist/pruning/plan.js";
import { workloadJsonSchema } from "../dist/workload/json-schema.js";
import { root } from "./ensure.mjs";

const schemas = {
  "attention-workload.json": workloadJsonSchema(),
  "plan.json": { title: "spatten/plan@1", ...z.toJSONSchema(pruningPlanSchema) },
};
const folder = join(root, "dist", "schema");
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(join(folder, name), `${JSON.stringify(schema, null, 2)}\n`);
}

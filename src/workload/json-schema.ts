import * as z from "zod/mini";
import {
  attentionJobSchema,
  fullyConnectedJobSchema,
  WORKLOAD_SCHEMA,
  workloadHeaderSchema,
} from "./attention-workload.ts";

const lineSchema = z.union([workloadHeaderSchema, attentionJobSchema, fullyConnectedJobSchema]);

/** JSON Schema (draft 2020-12) of one line of a workload file; that the first line is the header it cannot say. */
export function workloadJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(lineSchema);
  return {
    $schema,
    $id: WORKLOAD_SCHEMA,
    title: "A line of an attention workload: the header on the first line, a job on each other",
    ...schema,
  };
}

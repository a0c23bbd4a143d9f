import * as z from "zod/mini";
import type { DeepReadonly } from "../../base/schema.ts";

export const STORED_RESULT_SCHEMA = "spatten/stored-result@1";

/** Figures of a long run on models or on a processor, with all that says where they hold. */
export const storedResultSchema = z.strictObject({
  schema: z.literal(STORED_RESULT_SCHEMA),
  id: z.string().check(z.minLength(1)),
  /** Day of the run. */
  date: z.string(),
  spatten: z.string(),
  /** What makes the file again. */
  command: z.string(),
  /** Model, data and setting, or processor and runtime. */
  on: z.string(),
  values: z.record(z.string(), z.number()),
  notes: z.array(z.string()),
});

export type StoredResult = DeepReadonly<z.infer<typeof storedResultSchema>>;

/** Where a stored figure comes from, in one line. */
export function provenanceOf({ id, date, spatten, command }: StoredResult): string {
  return `stored as ${id} on ${date} by spatten ${spatten} (${command})`;
}

import { expect, test } from "vitest";
import { workloadJsonSchema } from "./json-schema.ts";

test("the JSON Schema has the three kinds of line and lets no other key pass", () => {
  const schema = workloadJsonSchema();
  expect(schema.$id).toBe("spatten/attention-workload@1");
  expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
  const branches = schema.anyOf as { required: string[]; additionalProperties: boolean }[];
  expect(branches.map(({ required }) => required[0])).toEqual(["schema", "kind", "kind"]);
  expect(branches.every(({ additionalProperties }) => additionalProperties === false)).toBe(true);
  expect(branches[1]!.required).not.toContain("keyIds");
});

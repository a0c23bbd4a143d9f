import { expect, test } from "vitest";
import { parseHeader } from "./workload-checks.ts";
import { sampleJob, sampleWorkload } from "./workload-samples.reference.ts";

const { header } = sampleWorkload([sampleJob()]);

test.each(["../secret.safetensors", "/etc/passwd", "a\\b", "..", "", "a\0b"])(
  "a sidecar named %j is refused: it lies beside its workload",
  (tensors) => {
    expect(() => parseHeader({ ...header, tensors }, "work.jsonl")).toThrow("a file name without folders");
  },
);

test("a plain name is taken", () => {
  expect(parseHeader({ ...header, tensors: "work.safetensors" }, "work.jsonl").tensors).toBe(
    "work.safetensors",
  );
});

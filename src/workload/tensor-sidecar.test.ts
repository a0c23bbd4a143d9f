import { expect, test } from "vitest";
import { writeSafetensors } from "../base/tensor-file/safetensors-writer.ts";
import { float32Tensor } from "../base/tensor-file/tensor-values.ts";
import {
  createSidecar,
  headTensorName,
  layerTensorName,
  readSidecar,
  SIDECAR_SCHEMA,
} from "./tensor-sidecar.ts";
import { sampleJob } from "./workload-samples.reference.ts";

const job = sampleJob({ layer: 1, head: 1, queryCount: 2, keyCount: 3 });

test("tensors have names that say where they belong", () => {
  expect(headTensorName(job, "keyIds")).toBe("iteration.0.layer.1.head.1.keyIds");
  expect(layerTensorName(job, "tokenImportance")).toBe("iteration.0.layer.1.tokenImportance");
});

test("a sidecar gives back what was put in", () => {
  const builder = createSidecar();
  builder.addKeyIds(job, new Int32Array([0, 2, 5]));
  builder.addHead(job, 2, "query", new Float32Array([1, 2, 3, 4]));
  builder.addHead(job, 2, "maximumProbability", new Float32Array([0.5, 0.25]));
  builder.addLayer(job, "tokenImportance", new Float32Array([3, 1, 2, 0, 5]));
  expect(readSidecar(builder.toBytes(), "run.safetensors").metadata("plan")).toBeUndefined();
  builder.addMetadata("plan", '{"name":"none"}');
  const sidecar = readSidecar(builder.toBytes(), "run.safetensors");
  expect(sidecar.metadata("plan")).toBe('{"name":"none"}');
  expect(sidecar.has("iteration.0.layer.1.head.1.query")).toBe(true);
  expect(sidecar.keyIds(job)).toEqual(new Int32Array([0, 2, 5]));
  expect(sidecar.headTensor(job, 2, "query")).toEqual(new Float32Array([1, 2, 3, 4]));
  expect(sidecar.headTensor(job, 2, "maximumProbability")).toEqual(new Float32Array([0.5, 0.25]));
  expect(sidecar.layerTensor(job, "tokenImportance")).toEqual(new Float32Array([3, 1, 2, 0, 5]));
});

test("what is absent or does not fit is named", () => {
  const builder = createSidecar();
  builder.addHead(job, 2, "key", new Float32Array(6));
  const sidecar = readSidecar(builder.toBytes(), "run.safetensors");
  expect(() => sidecar.headTensor(job, 2, "value")).toThrow(
    'run.safetensors: tensor "iteration.0.layer.1.head.1.value" is missing (record the workload again: spatten run --workload FILE --tensors)',
  );
  expect(() => sidecar.headTensor(job, 4, "key")).toThrow(
    'tensor "iteration.0.layer.1.head.1.key" has another shape; got [3,2]; expected [3,4]',
  );
  builder.addHead(job, 2, "query", new Float32Array(3));
  expect(() => builder.toBytes()).toThrow(
    'tensor "iteration.0.layer.1.head.1.query": the data do not fit the shape',
  );
});

test("another file is not a sidecar", () => {
  const others = writeSafetensors([float32Tensor("w", [1], new Float32Array(1))]);
  expect(() => readSidecar(others, "model.safetensors")).toThrow(
    `model.safetensors: the tensors are not those of a workload, or of another version; got nothing; expected "${SIDECAR_SCHEMA}" as metadata "schema"`,
  );
  expect(() => readSidecar(new Uint8Array(3), "x")).toThrow(expect.objectContaining({ code: "workload" }));
});

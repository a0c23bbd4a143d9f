import { dirname, join } from "node:path";
import { SpattenError } from "../base/errors.ts";
import { readByteFile } from "../platform/node/read-input.ts";
import { readSidecar, type Sidecar } from "../workload/tensor-sidecar.ts";
import type { WorkloadSource } from "../workload/workload-source.ts";

const LARGEST_SIDECAR_BYTES = 1 << 30;

/** The tensors that lie beside a workload file. @throws SpattenError `workload` where it names none, `input`. */
export async function readSidecarOf(workload: WorkloadSource, file: string): Promise<Sidecar> {
  const { tensors } = workload.header;
  if (tensors === undefined) {
    throw new SpattenError("workload", "--compute needs tensors, and the workload names none", {
      where: `${file} at tensors`,
      expected: "the name of a safetensors file beside it",
      hint: "record the workload again: spatten run --workload FILE --tensors",
    });
  }
  const sidecar = join(dirname(file), tensors);
  return readSidecar(await readByteFile(sidecar, LARGEST_SIDECAR_BYTES, "the tensor file"), sidecar);
}

import { SpattenError } from "../../base/errors.ts";
import { describeValue } from "../../base/schema.ts";
import type { SafetensorsFile } from "../../base/tensor-file/safetensors.ts";
import { toFloat32 } from "../../base/tensor-file/tensor-values.ts";

/** The tensors of a checkpoint, whatever format they are stored in; numbers are decoded when they are asked for. */
export interface TensorSource {
  /** Name for messages. */
  readonly where: string;
  readonly names: readonly string[];
  /** Sizes, outermost first; undefined for a name that is not there. */
  shapeOf(name: string): readonly number[] | undefined;
  /** A copy of the values, row-major. @throws SpattenError `checkpoint` for a name or type that cannot be had. */
  readFloat32(name: string): Float32Array<ArrayBuffer>;
}

/** The tensors of one or more safetensors files. @throws SpattenError `checkpoint` for a tensor in two of them. */
export function safetensorsSource(
  where: string,
  files: readonly { readonly fileName: string; readonly file: SafetensorsFile }[],
): TensorSource {
  const homes = new Map<string, { readonly fileName: string; readonly file: SafetensorsFile }>();
  for (const home of files) {
    for (const name of home.file.tensors.keys()) {
      const first = homes.get(name);
      if (first !== undefined) {
        throw new SpattenError("checkpoint", `tensor ${describeValue(name)} is in two files`, {
          where,
          got: `${first.fileName} and ${home.fileName}`,
          expected: "one of them",
        });
      }
      homes.set(name, home);
    }
  }
  const viewOf = (name: string) => homes.get(name)?.file.tensors.get(name);
  return {
    where,
    names: [...homes.keys()],
    shapeOf: (name) => viewOf(name)?.shape,
    readFloat32: (name) => {
      const view = viewOf(name);
      if (view !== undefined) return toFloat32(view);
      throw new SpattenError("checkpoint", `tensor ${describeValue(name)} is missing`, { where });
    },
  };
}

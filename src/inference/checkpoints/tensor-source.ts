import { SpattenError } from "../../base/errors.ts";
import { describeValue } from "../../base/schema.ts";
import type { WeightFile } from "./weight-file.ts";

/** The tensors of a checkpoint, whatever format they are stored in; numbers are read when they are asked for. */
export interface TensorSource {
  /** Name for messages. */
  readonly where: string;
  readonly names: readonly string[];
  /** Sizes, outermost first; undefined for a name that is not there. */
  shapeOf(name: string): readonly number[] | undefined;
  /** The values, row-major, for the caller to keep. @throws SpattenError `checkpoint` for a name or type that cannot be had. */
  readFloat32(name: string): Promise<Float32Array>;
}

/** The tensors of one or more files. @throws SpattenError `checkpoint` for a tensor in two of them. */
export function tensorSource(where: string, files: readonly WeightFile[]): TensorSource {
  const homes = new Map<string, WeightFile>();
  for (const home of files) {
    for (const name of home.shapes.keys()) {
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
  return {
    where,
    names: [...homes.keys()],
    shapeOf: (name) => homes.get(name)?.shapes.get(name),
    readFloat32: async (name) => {
      const home = homes.get(name);
      if (home !== undefined) return home.readFloat32(name);
      throw new SpattenError("checkpoint", `tensor ${describeValue(name)} is missing`, { where });
    },
  };
}

import { SpattenError } from "../../src/base/errors.ts";
import type { FolderReader } from "../../src/base/folder-reader.ts";

/** What a folder in memory offers beside whole files. */
export interface MemoryFolder {
  readonly hasRanges?: boolean;
  readonly hasList?: boolean;
  readonly namedFile?: string;
}

/** A folder in memory, and how many bytes of it were read. */
export function memoryFolder(
  files: Readonly<Record<string, Uint8Array>>,
  { hasRanges = true, hasList = true, namedFile }: MemoryFolder = {},
): FolderReader & { readonly read: { bytes: number } } {
  const read = { bytes: 0 };
  const take = (name: string): Uint8Array => {
    if (Object.hasOwn(files, name)) return files[name]!;
    throw new SpattenError("missing-model", "absent", { where: name });
  };
  const readBytes = async (name: string): Promise<Uint8Array> => {
    read.bytes += take(name).length;
    return take(name);
  };
  return {
    ...{ name: "memory", read, readBytes },
    readText: async (name) => new TextDecoder().decode(await readBytes(name)),
    exists: async (name) => Object.hasOwn(files, name),
    ...(hasList ? { list: async () => Object.keys(files) } : {}),
    ...(namedFile === undefined ? {} : { namedFile }),
    ...(hasRanges
      ? {
          ranges: {
            byteLength: async (name) => take(name).length,
            readInto: async (name, position, target) => {
              read.bytes += target.length;
              target.set(take(name).subarray(position, position + target.length));
            },
          },
        }
      : {}),
  };
}

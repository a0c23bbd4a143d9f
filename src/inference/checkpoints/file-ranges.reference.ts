import type { FileRanges } from "../../base/folder-reader.ts";

/** Pieces of files that are to be had whole. */
export function rangesOf(readBytes: (fileName: string) => Promise<Uint8Array>): FileRanges {
  return {
    byteLength: async (fileName) => (await readBytes(fileName)).length,
    readInto: async (fileName, position, target) => {
      target.set((await readBytes(fileName)).subarray(position, position + target.length));
    },
  };
}

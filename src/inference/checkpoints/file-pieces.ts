import type { FolderReader } from "../../base/folder-reader.ts";

/** One file, piece by piece. */
export interface FilePieces {
  readonly fileName: string;
  readonly byteLength: number;
  /** Fills `target` from a place in the file on. @throws SpattenError `checkpoint` where the file ends before. */
  readInto(position: number, target: Uint8Array): Promise<void>;
}

/** A file of a folder, read whole once where the folder gives no pieces. @throws SpattenError `missing-model`. */
export async function openFilePieces(files: FolderReader, fileName: string): Promise<FilePieces> {
  const { ranges } = files;
  if (ranges !== undefined) {
    return {
      fileName,
      byteLength: await ranges.byteLength(fileName),
      readInto: (position, target) => ranges.readInto(fileName, position, target),
    };
  }
  const bytes = await files.readBytes(fileName);
  return {
    fileName,
    byteLength: bytes.length,
    readInto: async (position, target) => target.set(bytes.subarray(position, position + target.length)),
  };
}

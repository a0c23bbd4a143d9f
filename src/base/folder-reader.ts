import { abortedError, type LongCallOptions } from "./checkpoint.ts";

/** Files piece by piece, so that a large one need not be held whole. */
export interface FileRanges {
  /** @throws SpattenError `missing-model` where the file is absent. */
  byteLength(fileName: string): Promise<number>;
  /** Fills `target` from a place in the file on. @throws SpattenError `checkpoint` where the file ends before. */
  readInto(fileName: string, position: number, target: Uint8Array): Promise<void>;
}

/** Read access to a folder of files, given by the edge that has one: a disk, a server, a dropped folder. */
export interface FolderReader {
  /** Name for messages. */
  readonly name: string;
  /** @throws SpattenError `missing-model` where the file is absent. */
  readText(fileName: string): Promise<string>;
  readBytes(fileName: string): Promise<Uint8Array>;
  exists(fileName: string): Promise<boolean>;
  /** Absent where files are only to be had whole. */
  readonly ranges?: FileRanges | undefined;
  /** Names of all files; absent where a folder cannot be listed. */
  list?(): Promise<readonly string[]>;
  /** The file in it that was asked for, where a file was and not a folder. */
  readonly namedFile?: string | undefined;
}

/** Files of a model without shards: configuration, tokenizer, its configuration, weights. */
const USUAL_FILE_COUNT = 4;

/** The same folder, each file that is read reported, and none read for a caller that gave up. */
export function watchFolder(folder: FolderReader, { signal, onProgress }: LongCallOptions): FolderReader {
  let done = 0;
  const watch = async <Content>(read: () => Promise<Content>): Promise<Content> => {
    if (signal?.aborted === true) throw abortedError();
    const content = await read();
    done++;
    onProgress?.({ stage: "files", done, total: Math.max(done, USUAL_FILE_COUNT) });
    return content;
  };
  const { ranges } = folder;
  return {
    ...folder,
    ranges: ranges && {
      byteLength: (fileName) => watch(() => ranges.byteLength(fileName)),
      readInto: (fileName, position, target) => {
        if (signal?.aborted === true) return Promise.reject(abortedError());
        return ranges.readInto(fileName, position, target);
      },
    },
    exists: (fileName) => folder.exists(fileName),
    readText: (fileName) => watch(() => folder.readText(fileName)),
    readBytes: (fileName) => watch(() => folder.readBytes(fileName)),
  };
}

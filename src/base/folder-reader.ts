import { abortedError, type LongCallOptions } from "./checkpoint.ts";

/** Read access to a folder of files, given by the edge that has one: a disk, a server, a dropped folder. */
export interface FolderReader {
  /** Name for messages. */
  readonly name: string;
  /** @throws SpattenError `missing-model` where the file is absent. */
  readText(fileName: string): Promise<string>;
  readBytes(fileName: string): Promise<Uint8Array>;
  exists(fileName: string): Promise<boolean>;
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
  return {
    name: folder.name,
    exists: (fileName) => folder.exists(fileName),
    readText: (fileName) => watch(() => folder.readText(fileName)),
    readBytes: (fileName) => watch(() => folder.readBytes(fileName)),
  };
}

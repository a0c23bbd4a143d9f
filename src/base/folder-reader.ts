/** Read access to a folder of files, given by the edge that has one: a disk, a server, a dropped folder. */
export interface FolderReader {
  /** Name for messages. */
  readonly name: string;
  /** @throws SpattenError `missing-model` where the file is absent. */
  readText(fileName: string): Promise<string>;
  readBytes(fileName: string): Promise<Uint8Array>;
  exists(fileName: string): Promise<boolean>;
}

import { SpattenError } from "../../base/errors.ts";
import type { FolderReader } from "../../base/folder-reader.ts";

/** A folder of files behind an address, or the folder of a model in one file, each fetched when it is read. */
export function openFolderAt(address: string): FolderReader {
  const [, parent, namedFile] = /^(.*\/)?([^/%]+\.(?:gguf|bin))$/.exec(address) ?? [];
  const folder = address.endsWith("/") ? address : `${address}/`;
  const base = namedFile === undefined ? folder : (parent ?? "");
  const request = async (fileName: string, method: "GET" | "HEAD"): Promise<Response> => {
    try {
      return await fetch(base + encodeURIComponent(fileName), { method });
    } catch (error) {
      throw new SpattenError("network", "cannot reach the model folder", { where: base }, error);
    }
  };
  const read = async (fileName: string): Promise<Response> => {
    const response = await request(fileName, "GET");
    if (response.ok) return response;
    throw new SpattenError(
      response.status === 404 ? "missing-model" : "network",
      "cannot read a model file",
      {
        where: base + fileName,
        got: `HTTP status ${response.status}`,
      },
    );
  };
  return {
    name: address,
    namedFile,
    readText: async (fileName) => (await read(fileName)).text(),
    readBytes: async (fileName) => new Uint8Array(await (await read(fileName)).arrayBuffer()),
    exists: async (fileName) => (await request(fileName, "HEAD")).ok,
  };
}

import { SpattenError } from "../../base/errors.ts";
import type { FolderReader } from "../../base/folder-reader.ts";

/** A folder of files behind an address, each fetched when it is read. */
export function openFolderAt(address: string): FolderReader {
  const base = address.endsWith("/") ? address : `${address}/`;
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
    readText: async (fileName) => (await read(fileName)).text(),
    readBytes: async (fileName) => new Uint8Array(await (await read(fileName)).arrayBuffer()),
    exists: async (fileName) => (await request(fileName, "HEAD")).ok,
  };
}

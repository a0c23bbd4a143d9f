import { afterEach, expect, test, vi } from "vitest";
import { tinyLlamaGguf } from "../../../test/support/tiny-gguf.ts";
import { openCheckpoint } from "../../inference/checkpoints/open-checkpoint.ts";
import { openFolderAt } from "./folder.ts";

afterEach(() => vi.unstubAllGlobals());

/** Answers requests from memory, and remembers them. */
function serve(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const file = files[address];
    return new Response(file ?? null, { status: file === undefined ? 404 : 200 });
  });
  return asked;
}

test("a model in one file is fetched whole, out of the folder that its address names", async () => {
  const asked = serve({ "https://host/models/tiny.gguf": Uint8Array.from(tinyLlamaGguf()) });
  const folder = openFolderAt("https://host/models/tiny.gguf");
  const { config, tensors } = await openCheckpoint(folder, folder.name);
  expect(config).toMatchObject({ model_type: "llama" });
  expect(await tensors.readFloat32("model.norm.weight")).toHaveLength(32);
  expect(asked).toEqual(["https://host/models/tiny.gguf"]);
});

test.each(["https://host/models/bert", "https://host/models/bert/", "https://host/x.gguf/"])(
  "%s is a folder",
  async (address) => {
    const asked = serve({});
    const folder = openFolderAt(address);
    expect(folder.namedFile).toBeUndefined();
    expect(await folder.exists("config.json")).toBe(false);
    expect(asked).toEqual([`${address.replace(/\/$/, "")}/config.json`]);
  },
);

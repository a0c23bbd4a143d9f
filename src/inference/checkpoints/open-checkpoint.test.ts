import { describe, expect, it } from "vitest";
import { type MemoryFolder, memoryFolder } from "../../../test/support/folder-in-memory.ts";
import {
  tinyLlama2cPieces,
  writeLlama2c,
  writeLlama2cTokenizer,
} from "../../../test/support/llama2c-writer.ts";
import { tinyGpt2Gguf, tinyLlamaGguf } from "../../../test/support/tiny-gguf.ts";
import { writeSafetensors } from "../../base/tensor-file/safetensors-writer.ts";
import { openCheckpoint } from "./open-checkpoint.ts";

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const hub = {
  "config.json": text({ model_type: "bert" }),
  "tokenizer.json": text({ version: "1.0" }),
  "model.safetensors": writeSafetensors([]),
};
const gguf = { "m.gguf": tinyLlamaGguf() };
const llama2c = {
  "model.bin": writeLlama2c(false).file,
  "tok6.bin": writeLlama2cTokenizer(tinyLlama2cPieces),
};

const open = (files: Record<string, Uint8Array>, offers?: MemoryFolder) =>
  openCheckpoint(memoryFolder(files, offers), "folder");

describe("a checkpoint", () => {
  it.each<[string, Record<string, Uint8Array>, MemoryFolder, string]>([
    ["of the hub where there is config.json", { ...hub, ...gguf, ...llama2c }, {}, "bert"],
    ["of the hub where the folder has no list", hub, { hasList: false }, "bert"],
    ["the only GGUF file of a folder", { ...gguf, ...llama2c, "notes.txt": text("") }, {}, "llama"],
    ["the only model of llama2.c of a folder", { ...llama2c, "pytorch_model.bin": text("no") }, {}, "llama"],
    [
      "the file that was named",
      { ...hub, ...gguf, "g.gguf": tinyGpt2Gguf() },
      { namedFile: "g.gguf" },
      "gpt2",
    ],
    ["the model of llama2.c that was named", { ...hub, ...llama2c }, { namedFile: "model.bin" }, "llama"],
    [
      "a file that was named, where the folder has no list",
      gguf,
      { namedFile: "m.gguf", hasList: false },
      "llama",
    ],
  ])("is %s", async (_, files, offers, type) => {
    expect(await open(files, offers)).toMatchObject({ config: { model_type: type } });
  });

  it.each<[string, Record<string, Uint8Array>, MemoryFolder, string, RegExp]>([
    [
      "several GGUF files",
      { ...gguf, "a.gguf": gguf["m.gguf"] },
      {},
      "missing-model",
      /several GGUF files; got a.gguf, m.gguf/,
    ],
    [
      "several models of llama2.c",
      { ...llama2c, "b.bin": llama2c["model.bin"] },
      {},
      "missing-model",
      /got b.bin, model.bin/,
    ],
    ["nothing", {}, {}, "missing-model", /config.json/],
    [
      "a named file of another kind",
      hub,
      { namedFile: "config.json" },
      "missing-model",
      /ends in .gguf or .bin/,
    ],
    ["a named file that is broken", { "x.gguf": text("no") }, { namedFile: "x.gguf" }, "checkpoint", /GGUF/],
  ])("%s is an error", async (_, files, offers, code, message) => {
    await expect(open(files, offers)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

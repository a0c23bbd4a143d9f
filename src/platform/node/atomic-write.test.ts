import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFileAtomically } from "./atomic-write.ts";

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-write-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("writing whole or not at all", () => {
  it("writes texts, bytes and pieces, over an old file too", async () => {
    await writeFileAtomically(at("a"), "old");
    await writeFileAtomically(at("a"), ["new ", new Uint8Array([33])]);
    expect(readFileSync(at("a"), "utf8")).toBe("new !");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it.skipIf(process.platform === "win32")("keeps a private file private", async () => {
    writeFileSync(at("a"), "old", { mode: 0o600 });
    await writeFileAtomically(at("a"), "new");
    expect(statSync(at("a")).mode & 0o777).toBe(0o600);
  });

  it("leaves the old file and no stump when the pieces fail half way", async () => {
    writeFileSync(at("a"), "old");
    const pieces = function* () {
      yield "new";
      throw new Error("half way");
    };
    await expect(writeFileAtomically(at("a"), pieces())).rejects.toThrow("half way");
    expect(readFileSync(at("a"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("follows a link to its file", async () => {
    writeFileSync(at("file"), "old");
    symlinkSync(at("file"), at("link"));
    await writeFileAtomically(at("link"), "new");
    expect(readFileSync(at("file"), "utf8")).toBe("new");
    expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
  });

  it("refuses a folder and a missing folder, saying which", async () => {
    mkdirSync(at("d"));
    await expect(writeFileAtomically(at("d"), "x")).rejects.toMatchObject({ code: "output" });
    await expect(writeFileAtomically(at("none/x"), "x")).rejects.toThrow(
      /none.x: cannot write: no such file or folder/,
    );
    expect(readdirSync(folder)).toEqual(["d"]);
  });

  it.skipIf(process.platform === "win32")("writes into a pipe and leaves it a pipe", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const [text] = await Promise.all([
      readFile(at("pipe"), "utf8"),
      writeFileAtomically(at("pipe"), ["a", "b"]),
    ]);
    expect(text).toBe("ab");
    expect(statSync(at("pipe")).isFIFO()).toBe(true);
  });

  it.skipIf(!existsSync("/dev/full"))("says so when a device is full, and leaves it a device", async () => {
    await expect(writeFileAtomically("/dev/full", "x")).rejects.toThrow("no space left on the device");
    expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
  });
});

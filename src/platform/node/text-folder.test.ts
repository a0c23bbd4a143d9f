import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTextFolder } from "./text-folder.ts";

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "spatten-texts-"));
  mkdirSync(join(place, "part", "deeper"), { recursive: true });
  writeFileSync(join(place, "part", "b.txt"), "b\n");
  writeFileSync(join(place, "part", "a.csv.gz"), gzipSync("packed\n"));
  writeFileSync(join(place, "part", "broken.gz"), "not packed");
  writeFileSync(join(place, "part", "bytes"), Uint8Array.of(0xff, 0xfe));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("a folder of texts", () => {
  it("reads texts, and unpacks those whose name says that they are packed", () => {
    const folder = openTextFolder(place)!;
    expect(folder.readText("part/b.txt")).toBe("b\n");
    expect(folder.readText("part/a.csv.gz")).toBe("packed\n");
  });

  it("lists files in order, and nothing where there is no folder", () => {
    const folder = openTextFolder(place)!;
    expect(folder.fileNames("part")).toEqual(["a.csv.gz", "b.txt", "broken.gz", "bytes"]);
    expect(folder.fileNames("nowhere")).toEqual([]);
    expect(folder.exists("part/b.txt")).toBe(true);
    expect(folder.exists("part/deeper")).toBe(false);
  });

  it("is undefined where there is none, or a file", () => {
    expect(openTextFolder(join(place, "nowhere"))).toBeUndefined();
    expect(openTextFolder(join(place, "part", "b.txt"))).toBeUndefined();
  });

  it.each([
    ["part/lost.txt", "golden/part/lost.txt: no such file"],
    ["part/broken.gz", "golden/part/broken.gz: not a gzip file"],
    ["part/bytes", "golden/part/bytes: the file is not a text"],
    ["part/deeper", "golden/part/deeper: the file is not a text"],
    ["../other", "a file name leads out of its folder"],
    ["part/../../other", "a file name leads out of its folder"],
  ])("refuses %s under the name that it was given", (file, message) => {
    expect(() => openTextFolder(place, "golden")!.readText(file)).toThrow(message);
  });
});

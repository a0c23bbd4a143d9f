import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nameInSnapshot } from "./snapshot-link.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-link-"));
  writeFileSync(join(folder, "blob"), "content");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refuse = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};

describe("a name in a snapshot", () => {
  it("is a copy where links are refused", async () => {
    const file = join(folder, "snapshot", "config.json");
    await nameInSnapshot(join(folder, "blob"), file, refuse("EPERM"));
    expect(lstatSync(file).isFile()).toBe(true);
    expect(readFileSync(file, "utf8")).toBe("content");
    expect(readdirSync(join(folder, "snapshot"))).toEqual(["config.json"]);
  });

  it("takes the place of an old one", async () => {
    writeFileSync(join(folder, "config.json"), "old");
    await nameInSnapshot(join(folder, "blob"), join(folder, "config.json"));
    expect(readFileSync(join(folder, "config.json"), "utf8")).toBe("content");
  });

  it("says when there is no room for it", async () => {
    await expect(
      nameInSnapshot(join(folder, "blob"), join(folder, "config.json"), refuse("ENOSPC")),
    ).rejects.toMatchObject({
      code: "output",
      message: expect.stringMatching(/no space left.*HF_HUB_CACHE/),
    });
    expect(readdirSync(folder)).toEqual(["blob"]);
  });
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimPartialFile } from "./partial-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-partial-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A partial file as another process of this machine would have left it. */
async function leftBy(processId: number, content: string): Promise<void> {
  const { path } = await claimPartialFile(folder, "abc");
  writeFileSync(path, content);
  renameSync(path, path.replace(`-${process.pid}-`, `-${processId}-`));
}

describe("a partial file", () => {
  it("is taken over from a process that was killed, not from one that runs", async () => {
    await leftBy(process.ppid, "running");
    const [running = ""] = readdirSync(folder);
    await claimPartialFile(folder, "abc");
    expect(readFileSync(join(folder, running), "utf8")).toBe("running");
    const { pid } = spawnSync(process.execPath, ["--version"]);
    await leftBy(pid, "dead");
    expect(readFileSync((await claimPartialFile(folder, "abc")).path, "utf8")).toBe("dead");
  });

  it("goes to one of two that want it", async () => {
    writeFileSync((await claimPartialFile(folder, "abc")).path, "half");
    const first = await claimPartialFile(folder, "abc");
    writeFileSync(first.path, "half");
    await first.release();
    const claims = await Promise.all([claimPartialFile(folder, "abc"), claimPartialFile(folder, "abc")]);
    expect(new Set(claims.map(({ path }) => path)).size).toBe(2);
    const contents = claims.map(({ path }) => readdirSync(folder).includes(path.slice(folder.length + 1)));
    expect(contents.filter(Boolean)).toHaveLength(1);
  });

  it("leaves nothing where nothing came", async () => {
    const own = await claimPartialFile(folder, "abc");
    writeFileSync(own.path, "");
    await own.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

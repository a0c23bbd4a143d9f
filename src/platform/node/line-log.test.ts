import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLineLog } from "./line-log.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "spatten-line-log-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a log of lines", () => {
  it("gives back what was appended, and cuts off the stump of a killed writer", async () => {
    const file = join(folder, "rows.jsonl");
    const first = await openLineLog(file, "header");
    expect(first.lines).toEqual([]);
    const long = "x".repeat(100_000);
    for (const line of ["one", long]) await first.append(line);
    await first.close();
    appendFileSync(file, `stump${"y".repeat(100_000)}`);
    const second = await openLineLog(file, "header");
    expect(second.lines).toEqual(["one", long]);
    await second.append("three");
    await second.close();
    expect(readFileSync(file, "utf8")).toBe(`header\none\n${long}\nthree\n`);
  });

  it("leaves a file with another header as it is", async () => {
    const file = join(folder, "other.txt");
    writeFileSync(file, "my notes\n");
    await expect(openLineLog(file, "header")).rejects.toThrow("of another configuration");
    expect(readFileSync(file, "utf8")).toBe("my notes\n");
    await expect(openLineLog(folder, "header")).rejects.toMatchObject({ code: "output" });
  });
});

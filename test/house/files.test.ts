import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { exec, tool } from "../support/exec.ts";
import { repository } from "../support/shared.ts";

const LONGEST_FILE_LINES = 400;
const CODE = /\.(ts|mjs|js|css|html)$/;

async function trackedFiles(): Promise<string[]> {
  const { stdout } = await exec("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
  return stdout.split("\0").filter((file) => file !== "");
}

describe("the files", () => {
  it("of code have at most 400 lines and names in kebab-case", async () => {
    const code = (await trackedFiles()).filter((file) => CODE.test(file));
    expect(code.length).toBeGreaterThan(100);
    for (const file of code) {
      const lines = readFileSync(join(repository, file), "utf8").split("\n").length - 1;
      expect(lines, file).toBeLessThanOrEqual(LONGEST_FILE_LINES);
      expect(basename(file), file).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/);
    }
  });

  it("name no machine's path and no registry host", async () => {
    const text = (await trackedFiles()).filter((file) => /\.(ts|mjs|md|json|yaml|yml|cff)$/.test(file));
    for (const file of text) {
      const content = readFileSync(join(repository, file), "utf8");
      expect(content, file).not.toMatch(/"resolved": "h[t]tp|\/root\/|\/home\/[a-z]/);
    }
  });

  it("pass the linter and the formatter", async () => {
    const { code, stdout, stderr } = await exec(tool("biome"), ["check", "."]);
    expect(code, stdout + stderr).toBe(0);
  });

  // What tsconfig.json covers vitest compiles itself, for the tests of types; an error anywhere in it fails the run.
  it("compile without the types of Node and of the DOM where rooms are pure", async () => {
    const { code, stdout } = await exec(tool("tsc"), ["-p", "tsconfig.pure.json"]);
    expect(code, stdout).toBe(0);
  });
});

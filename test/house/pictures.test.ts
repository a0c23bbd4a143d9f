import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exec } from "../support/exec.ts";
import { repository } from "../support/shared.ts";

it("the README's picture is what the program draws today", async () => {
  const { code, stdout, stderr } = await exec(process.execPath, ["scripts/draw-pictures.mjs", "--print"]);
  expect(code, stderr).toBe(0);
  expect(stdout).toBe(readFileSync(join(repository, "docs", "pictures", "sieve.svg"), "utf8"));
});

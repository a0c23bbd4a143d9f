import { expect, it } from "vitest";
import { exec } from "../support/exec.ts";

it("no row of the ledger has moved, and the page, its pictures and the README show it as it is", async () => {
  const { code, stderr } = await exec(process.execPath, ["scripts/write-reproduction.mjs", "--check"]);
  expect(code, stderr).toBe(0);
});

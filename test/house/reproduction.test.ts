import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exec } from "../support/exec.ts";

it("no row of the ledger has moved, and the page, its pictures and the README show it as it is", async () => {
  const cache = mkdtempSync(join(tmpdir(), "spatten-ledger-"));
  const { code, stderr } = await exec(process.execPath, ["scripts/write-reproduction.mjs", "--check"], {
    environment: { XDG_CACHE_HOME: cache },
  });
  rmSync(cache, { recursive: true, force: true });
  expect(code, stderr).toBe(0);
  // Every simulation of the ledger: most of a minute on a busy machine.
}, 300_000);

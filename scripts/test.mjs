// `npm test`: installs and builds what is missing, runs every check, and ends with one line that counts them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureReady, root } from "./ensure.mjs";

ensureReady();
const folder = mkdtempSync(join(tmpdir(), "spatten-test-"));
const resultFile = join(folder, "result.json");
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const run = spawnSync(
  process.execPath,
  [
    vitest,
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${resultFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: "inherit" },
);
const counts = countsFrom(resultFile);
rmSync(folder, { recursive: true, force: true });
// A suite that could not even be loaded has no tests to fail, but it has failed.
const failed = counts.failed === 0 && run.status !== 0 ? 1 : counts.failed;
console.log(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);

function countsFrom(file) {
  try {
    const result = JSON.parse(readFileSync(file, "utf8"));
    const skipped = result.numPendingTests + result.numTodoTests;
    return { passed: result.numPassedTests, failed: result.numFailedTests, skipped };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { exec } from "../support/exec.ts";
import { slowModel } from "../support/model-folder.ts";
import { repository } from "../support/shared.ts";

const folder = mkdtempSync(join(tmpdir(), "spatten-exit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Loads graph after graph, and ends in the middle of it with a code of its own. */
const script = `
import { createSpatten } from ${JSON.stringify(pathToFileURL(join(repository, "dist", "index.js")).href)};
const model = await createSpatten().load(process.argv[1]);
setTimeout(() => process.exit(7), Number(process.argv[2]));
for (const plan of ["none", "none"]) await model.run("weather ".repeat(100), { plan, engine: "onnx" });
setInterval(() => undefined, 1000);
`;

it("a process that ends while native code runs ends with its own code, not with SIGABRT", async () => {
  const model = slowModel(join(folder, "slow"));
  for (const milliseconds of [50, 150, 250, 350, 450]) {
    const run = ["--input-type=module", "--eval", script, model, String(milliseconds)];
    const { code, stderr } = await exec(process.execPath, run);
    expect(code, stderr).toBe(7);
  }
});

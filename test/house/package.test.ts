import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { exec } from "../support/exec.ts";
import { repository } from "../support/shared.ts";

const PRUNING_BUDGET_BYTES = 20_000;

async function bundle(entry: string): Promise<{ text: string; inputs: string[] }> {
  const result = await build({
    entryPoints: [join(repository, "dist", entry)],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  return { text: result.outputFiles[0]!.text, inputs: Object.keys(result.metafile.inputs) };
}

describe("the package", () => {
  it("keeps ./pruning within 20 kB, without command line, plots or Node", async () => {
    const { text, inputs } = await bundle("pruning/index.js");
    expect(gzipSync(text).length).toBeLessThan(PRUNING_BUDGET_BYTES);
    expect(
      inputs.filter((input) => /commander|observablehq|linkedom|dist\/cli|dist\/platform/.test(input)),
    ).toEqual([]);
  });

  it.each(["index.browser.js", "workload/index.js", "machines/index.js", "report/index.js"])(
    "bundles %s for a browser, without Node",
    async (entry) => {
      const { text } = await bundle(entry);
      expect(text).not.toMatch(/from\s*"node:|require\("node:/);
    },
  );

  it("does nothing on import: no entry awaits or reads at its top level", async () => {
    const { exports } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      exports: Record<string, { default: string } | string>;
    };
    const entries = Object.values(exports).flatMap((entry) =>
      typeof entry === "string" ? [] : [entry.default],
    );
    // Without permission to open any file but the modules themselves, an import that reads would fail.
    const script = entries
      .map((entry) => `await import(${JSON.stringify(join(repository, entry))});`)
      .join("\n");
    const guard = `const fs = require("node:fs");
      for (const name of ["createReadStream", "openSync", "open"]) fs[name] = () => { throw new Error("I/O on import"); };`;
    const { code, stderr } = await exec(process.execPath, [
      "--input-type=module",
      "--eval",
      `import { createRequire } from "node:module"; const require = createRequire(import.meta.url); ${guard}\n${script}`,
    ]);
    expect(code, stderr).toBe(0);
  });
});

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exec, tool } from "../support/exec.ts";

const INSTALLED_BUDGET_BYTES = 40_000_000;
const MODELS_BUDGET_BYTES = 12_000_000;

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

const PROGRAM = `import { createSpatten } from "spatten";
import { topKIndices } from "spatten/pruning";
const model = await createSpatten().load();
const run = await model.run("what is the weather like in paris tomorrow");
const report = await createSpatten().simulate(run.workload);
console.log(run.prediction.kind, report.machine, [...topKIndices(Float64Array.of(1, 3, 2), 2)].join());
`;

const TYPED_PROGRAM = `import { createSpatten, type Model, type RunOptions, type TextRun } from "spatten";
import { type PruningPlan, parsePlan } from "spatten/pruning";
import { machines } from "spatten/machines";
import { runPageHtml } from "spatten/report";
import { checkWorkload } from "spatten/workload";
const plan: PruningPlan = parsePlan({ name: "none", source: "here" });
const options: RunOptions = { plan };
const model: Model = await createSpatten().load();
const runs: TextRun[] = await model.runBatch(["book a table", { text: "or two" }], options);
// @ts-expect-error a text is no number
await model.run(5);
export const used: unknown[] = [runs[0]?.prediction.kind, machines.length, runPageHtml, checkWorkload];
`;

/** Bytes below a folder; links count as nothing. */
function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + bytesBelow(path);
    return entry.isFile() ? sum + statSync(path).size : sum;
  }, 0);
}

let project: string;
let packed: Packed;
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "spatten-installed-"));
  const packing = await exec("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project]);
  expect(packing.code, packing.stderr).toBe(0);
  [packed] = JSON.parse(packing.stdout) as [Packed];
  const about = { name: "empty", private: true, type: "module" };
  writeFileSync(join(project, "package.json"), JSON.stringify(about));
  const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--omit=optional"];
  const installed = await exec("npm", ["install", ...flags, `./${packed.filename}`], { cwd: project });
  expect(installed.code, installed.stderr).toBe(0);
}, 120_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the packed package", () => {
  it("holds the build, the models and the notices, and no test", () => {
    const paths = packed.files.map((file) => file.path);
    for (const needed of ["LICENSE", "NOTICE", "dist/index.js", "dist/index.d.ts", "dist/schema/plan.json"]) {
      expect(paths).toContain(needed);
    }
    expect(paths.filter((path) => /\.test\.|^test\/|^src\//.test(path))).toEqual([]);
    const models = packed.files.filter((file) => file.path.startsWith("models/"));
    expect(models.reduce((sum, file) => sum + file.size, 0)).toBeLessThan(MODELS_BUDGET_BYTES);
  });

  it.each([
    ["publint", "run", "--strict"],
    ["attw", "--profile", "esm-only"],
  ])("passes %s", async (name, ...options) => {
    const { code, stdout, stderr } = await exec(tool(name), [...options, join(project, packed.filename)]);
    expect(code, stdout + stderr).toBe(0);
  });
});

describe("the package in an empty project", () => {
  it("takes less than 40 MB with its models and all that it needs, and brings no runtime along", () => {
    const modules = join(project, "node_modules");
    expect(bytesBelow(modules)).toBeLessThan(INSTALLED_BUDGET_BYTES);
    expect(readdirSync(modules).filter((name) => name.startsWith("onnxruntime"))).toEqual([]);
  });

  it("runs from plain JavaScript and from its command", async () => {
    writeFileSync(join(project, "program.js"), PROGRAM);
    const { code, stdout, stderr } = await exec(process.execPath, ["program.js"], { cwd: project });
    expect(code, stderr).toBe(0);
    expect(stdout).toBe("classification spatten 1,2\n");
    const command = await exec(join(project, "node_modules", ".bin", "spatten"), ["list"], { cwd: project });
    expect(command.code, command.stderr).toBe(0);
  });

  it("compiles from strict TypeScript, its own types too, however a compiler finds it", async () => {
    const outcomes = [
      ["nodenext", "nodenext"],
      ["bundler", "esnext"],
    ].map(([resolution, module]) => {
      const folder = join(project, resolution!);
      mkdirSync(folder);
      cpSync(join(project, "package.json"), join(folder, "package.json"));
      writeFileSync(join(folder, "program.ts"), TYPED_PROGRAM);
      const compilerOptions = {
        ...{ strict: true, noEmit: true, target: "es2022", lib: ["es2023", "esnext.disposable", "dom"] },
        ...{ types: [], module, moduleResolution: resolution, exactOptionalPropertyTypes: true },
        ...{ noUncheckedIndexedAccess: true, skipDefaultLibCheck: true },
      };
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["program.ts"] }),
      );
      return exec(tool("tsc"), ["-p", folder], { cwd: folder });
    });
    for (const { code, stdout } of await Promise.all(outcomes)) expect(code, stdout).toBe(0);
  }, 60_000);

  it("is bundled for a page by its browser entry, without Node", async () => {
    writeFileSync(join(project, "page.js"), PROGRAM.replace(".load()", '.load("/models/bert-clinc150")'));
    const { outputFiles, metafile } = await build({
      ...{ entryPoints: [join(project, "page.js")], bundle: true, minify: true, format: "esm" },
      ...{ platform: "browser", write: false, metafile: true, logLevel: "silent" },
    });
    expect(outputFiles[0]!.text).not.toMatch(/from\s*"node:|require\("node:/);
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.some((input) => input.endsWith("spatten/dist/index.browser.js"))).toBe(true);
    expect(inputs.filter((input) => /platform\/node|dist\/cli/.test(input))).toEqual([]);
  });
});

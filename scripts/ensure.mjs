// Brings a fresh clone to a state that can run: installs by `npm ci` and builds what is missing or stale.
// Runs before anything is installed, so it uses Node alone.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");
const installMark = join(root, "node_modules", ".spatten-installed");
const buildMark = join(root, "dist", ".spatten-built");

/** Ends the process with a sentence when this Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`spatten needs Node 20.19 or newer; this is ${process.versions.node}`);
  process.exit(2);
}

/** Installs the locked dependencies when the lockfile is not the one that was installed. */
export function ensureInstalled() {
  const wanted = hashOf([join(root, "package-lock.json"), join(root, "package.json")]);
  if (readIfThere(installMark) === wanted) return;
  console.error("installing the locked dependencies (npm ci) …");
  run("npm", ["ci", "--no-fund", "--no-audit"], "npm ci failed");
  writeFileSync(installMark, wanted);
}

/** Compiles `src/` to `dist/` when a source is newer than the last build. */
export function ensureBuilt() {
  const sources = filesUnder(join(root, "src")).filter((file) => !/\.(test|reference)\.ts$/.test(file));
  const wanted = hashOf([...sources, join(root, "tsconfig.build.json")]);
  if (readIfThere(buildMark) === wanted) return;
  console.error("building (tsc) …");
  rmSync(join(root, "dist"), { recursive: true, force: true });
  mkdirSync(join(root, "dist"));
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  run(process.execPath, [compiler, "-p", "tsconfig.build.json"], "the build failed");
  run(process.execPath, ["scripts/write-schemas.mjs"], "writing the JSON schemas failed");
  writeFileSync(buildMark, wanted);
}

/** All three, in order. */
export function ensureReady() {
  requireNode();
  ensureInstalled();
  ensureBuilt();
}

/** Every file under a folder, in order. */
export function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest("hex");
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function run(command, commandArguments, complaint) {
  const shell = process.platform === "win32" && command === "npm";
  const result = spawnSync(command, commandArguments, { cwd: root, stdio: ["ignore", 2, 2], shell });
  if (result.status === 0) return;
  console.error(`${complaint}${result.error === undefined ? "" : `: ${result.error.message}`}`);
  process.exit(result.status ?? 1);
}

// `npm run evidence [ID …]`: the full acceptance figures, step by step. A step's result is kept in .evidence/ under the
// hash of the build, so an interrupted run goes on where it stopped, and a changed source starts anew.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureReady, root } from "./ensure.mjs";

ensureReady();
const store = join(root, ".evidence");
const build = readFileSync(join(root, "dist", ".spatten-built"), "utf8");
const known = readdirSync(join(root, "evidence"))
  .filter((file) => file.endsWith(".mjs") && !file.startsWith("support"))
  .map((file) => file.replace(/\.mjs$/, ""))
  .sort();
const asked = process.argv.slice(2);
const unknown = asked.find((id) => !known.includes(id));
if (unknown !== undefined) {
  console.error(`unknown evidence "${unknown}" (known: ${known.join(", ")})`);
  process.exit(2);
}

let failures = 0;
for (const id of asked.length === 0 ? known : asked) {
  const { title, steps } = await import(pathToFileURL(join(root, "evidence", `${id}.mjs`)).href);
  console.log(`\n${id}: ${title}`);
  const kept = readKept(id);
  for (const step of steps) {
    const result = kept.results[step.id] ?? (await runStep(step));
    kept.results[step.id] = result;
    writeKept(id, kept);
    if (result.holds === false) failures++;
    console.log(`  ${verdict(result.holds)}  ${step.quantity}: ${result.ours} (${step.expected})`);
  }
}
console.log(failures === 0 ? "\nall figures hold" : `\n${failures} figures do not hold`);
process.exit(failures === 0 ? 0 : 1);

async function runStep(step) {
  const isTerminal = process.stderr.isTTY === true;
  process.stderr.write(isTerminal ? `  …      ${step.quantity}` : `  running: ${step.quantity}\n`);
  const result = await step.run();
  if (isTerminal) process.stderr.write("\r\u001b[K");
  return result;
}

/** `holds` true or false; null for a figure that is only shown. */
function verdict(holds) {
  if (holds === null) return "shown";
  return holds ? "holds" : "FAILS";
}

function readKept(id) {
  try {
    const kept = JSON.parse(readFileSync(join(store, `${id}.json`), "utf8"));
    if (kept.build === build) return kept;
  } catch {
    // Nothing kept yet.
  }
  return { build, results: {} };
}

function writeKept(id, kept) {
  mkdirSync(store, { recursive: true });
  const file = join(store, `${id}.json`);
  writeFileSync(`${file}.tmp-${process.pid}`, `${JSON.stringify(kept, null, 2)}\n`);
  renameSync(`${file}.tmp-${process.pid}`, file);
}

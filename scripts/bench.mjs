// `npm run bench [NAME …]`: every side-by-side comparison of bench/, one after the other.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureReady, root } from "./ensure.mjs";

ensureReady();
const asked = process.argv.slice(2);
const files = readdirSync(join(root, "bench"))
  .filter((file) => file.endsWith(".bench.mjs"))
  .filter((file) => asked.length === 0 || asked.includes(file.replace(/\.bench\.mjs$/, "")));
for (const file of files) {
  console.log(`\n${file}`);
  const { status } = spawnSync(process.execPath, [join(root, "bench", file)], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

// The main job on a fresh clone: `npm start`, or `npm start -- --text "your own sentence"`.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureReady, root } from "./ensure.mjs";

ensureReady();
const given = process.argv.slice(2);
const main = join(root, "dist", "cli", "main.js");
const result = spawnSync(process.execPath, [main, "run", "--next-commands", ...given], { stdio: "inherit" });
process.exit(result.status ?? 130);

// Writes the ledger and what is made of it: results/ledger.json, docs/reproduction.md, its pictures and the README's table.
// With --check it writes nothing and exits with 1 where a row has moved or a file is stale. Run: npm run reproduce
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ledgerPictures } from "../dist/cli/ledger-pictures.js";
import { ledgerExcerpt, ledgerPage, README_MARKS } from "../dist/report/ledger-page.js";
import { root } from "./ensure.mjs";

const isCheck = process.argv.includes("--check");
const { status, stdout } = spawnSync(
  process.execPath,
  [
    join(root, "dist", "cli", "main.js"),
    ...["reproduce", "--json", "--jobs", "2"],
    ...(isCheck ? ["--check"] : []),
  ],
  { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] },
);
// With 1 the command has said which rows have moved, and printed all of them.
if (status !== 0 && !(isCheck && status === 1)) process.exit(status ?? 1);
const ledger = JSON.parse(stdout);

const read = (name) => {
  try {
    return readFileSync(join(root, name), "utf8");
  } catch {
    return "";
  }
};
const readme = read("README.md");
const [from, to] = README_MARKS.map((mark) => readme.indexOf(mark));
if (from < 0 || to < from) throw new Error(`README.md lacks ${README_MARKS.join(" and ")}`);
const files = new Map([
  ["results/ledger.json", `${JSON.stringify(ledger, null, 1)}\n`],
  ["docs/reproduction.md", ledgerPage(ledger)],
  ["README.md", readme.slice(0, from) + ledgerExcerpt(ledger) + readme.slice(to + README_MARKS[1].length)],
]);
for (const [id, picture] of ledgerPictures(ledger)) files.set(`docs/pictures/${id}.svg`, picture);

const stale = [...files].filter(([name, text]) => read(name) !== text).map(([name]) => name);
if (isCheck) {
  for (const name of stale) console.error(`stale: ${name}; npm run reproduce writes it`);
  process.exit(stale.length > 0 ? 1 : status);
}
for (const name of stale) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), files.get(name));
  console.error(`wrote ${name}`);
}
const { agrees, near, differs } = ledger.counts.byEvidence.predicted;
console.error(`${ledger.counts.rows} rows; predicted: ${agrees} agree, ${near} near, ${differs} differ`);

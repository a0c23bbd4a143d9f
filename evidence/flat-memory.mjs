import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorkloadFile } from "../dist/cli/read-workload.js";
import { createSpatten } from "../dist/index.js";
import { repeatableText } from "../dist/platform/node/repeatable-text.js";
import { streamOfficialCsv } from "../dist/workload/index.js";
import { root, shared } from "./support.mjs";

export const title = "memory does not grow with the rows of a workload";

const LIMIT_MEGABYTES = 300;
/** What a heap may grow by, between two collections, without holding anything for longer. */
const SLACK_MEGABYTES = 64;
const PER8 = "summary-gpt2-small-wikitext2-per8.csv";

/** Tells the most memory that a process ever had, as its last words. */
const LAST_WORDS = `data:text/javascript,process.on("exit",()=>process.stderr.write("maxRSS "+process.resourceUsage().maxRSS))`;

/** A file that is there while `use` runs: rows of the released per8 file, its iterations over and over. */
async function withRows(rowCount, kind, use) {
  const folder = mkdtempSync(join(tmpdir(), "spatten-flat-"));
  try {
    const csv = join(folder, "rows.csv");
    writeLines(csv, repeatedRows(rowCount, kind === "small-csv" ? { 5: "16", 11: "16" } : {}));
    if (kind !== "jsonl") return await use(csv);
    const jsonLines = join(folder, "rows.jsonl");
    writeLines(jsonLines, jobLines(csv));
    return await use(jsonLines);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `changes`: other cells, by column. */
function* repeatedRows(rowCount, changes) {
  const [header, ...lines] = readFileSync(join(shared, "data", "workloads", PER8), "utf8").split("\n");
  yield header;
  const rows = lines.filter((line) => /^\d/.test(line)).map((line) => line.split(","));
  const period = 1 + Number(rows.at(-1)[0]);
  for (let row = 0; row < rowCount; row++) {
    const [iteration, ...cells] = Object.assign([...rows[row % rows.length]], changes);
    yield [Number(iteration) + period * Math.floor(row / rows.length), ...cells].join(",");
  }
}

function* jobLines(csv) {
  const { header, jobs } = streamOfficialCsv(repeatableText(csv), "rows");
  yield JSON.stringify(header);
  for (const job of jobs) yield JSON.stringify(job);
}

function writeLines(file, lines) {
  const handle = openSync(file, "w");
  let text = "";
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < 1 << 20) continue;
    writeSync(handle, text);
    text = "";
  }
  writeSync(handle, text);
  closeSync(handle);
}

/** Most resident memory and wall time of `spatten simulate`. */
function measure(file, commandArguments) {
  const startedAt = performance.now();
  const main = join(root, "dist", "cli", "main.js");
  const run = spawnSync(
    process.execPath,
    ["--import", LAST_WORDS, main, "simulate", file, "--json", ...commandArguments],
    { encoding: "utf8", maxBuffer: 1 << 26 },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  const seconds = (performance.now() - startedAt) / 1000;
  return { megabytes: (Number(/maxRSS (\d+)/.exec(run.stderr)[1]) * 1024) / 1e6, seconds };
}

async function sweep(rowCounts, kind, commandArguments) {
  const results = [];
  for (const rowCount of rowCounts) {
    const measured = await withRows(rowCount, kind, (file) => measure(file, commandArguments));
    results.push({ rowCount, ...measured });
  }
  return results;
}

const tell = (results) =>
  results
    .map(
      ({ rowCount, megabytes, seconds }) =>
        `${rowCount} rows ${megabytes.toFixed(0)} MB, ${seconds.toFixed(1)} s, ${Math.round(rowCount / seconds)} rows a second`,
    )
    .join("; ");

const analytical = ["csv", "jsonl"].map((kind) => ({
  id: `analytical-${kind}`,
  quantity: `spatten, analytical, ${kind}: most resident memory and time`,
  expected: `at 10^6 rows below ${LIMIT_MEGABYTES} MB`,
  run: async () => {
    const results = await sweep([1e4, 1e5, 1e6], kind, []);
    return { ours: tell(results), holds: results.at(-1).megabytes < LIMIT_MEGABYTES };
  },
}));

const cycle = ["csv", "jsonl"].map((kind) => ({
  id: `cycle-${kind}`,
  quantity: `spatten, cycle, one seed, ${kind}: most resident memory and time`,
  expected: `10 times the rows take less than ${SLACK_MEGABYTES} MB more`,
  run: async () => {
    const results = await sweep([1e4, 1e5], kind, ["--fidelity", "cycle", "--seeds", "1"]);
    const [few, many] = results.map(({ megabytes }) => megabytes);
    return { ours: tell(results), holds: many < LIMIT_MEGABYTES && many - few < SLACK_MEGABYTES };
  },
}));

const release = {
  id: "release-eighth",
  quantity: "spatten-release-eighth, rows of 16 keys and values: most resident memory and time",
  expected: `at 10^6 rows below ${LIMIT_MEGABYTES} MB`,
  run: async () => {
    const results = await sweep([1e4, 1e5, 1e6], "small-csv", ["--machine", "spatten-release-eighth"]);
    return { ours: tell(results), holds: results.at(-1).megabytes < LIMIT_MEGABYTES };
  },
};

const equal = ["csv", "jsonl"].map((kind) => ({
  id: `equal-${kind}`,
  quantity: `10^5 rows, ${kind}: the report of the stream beside that of the array`,
  expected: "equal bytes",
  run: () =>
    withRows(1e5, kind, async (file) => {
      const spatten = createSpatten();
      const { signal } = new AbortController();
      const reports = [];
      for (const heldBytes of [0, Number.POSITIVE_INFINITY]) {
        const workload = await readWorkloadFile(file, signal, () => undefined, heldBytes);
        reports.push(JSON.stringify(await spatten.simulate(workload)));
      }
      const holds = reports[0] === reports[1];
      return { ours: holds ? "equal" : "different", holds };
    }),
}));

export const steps = [...equal, ...analytical, ...cycle, release];

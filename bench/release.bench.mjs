// The official RTL's model: cycles per CPU second on the official workloads, beside the recorded speed of the RTL
// (Verilator); and how time and memory grow with the rows. Every row runs in a process of its own.
// Usage: node bench/release.bench.mjs [path to the workloads' folder] (after npm run build)
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { finish } from "../dist/base/checkpoint.js";
import { releasePresets } from "../dist/machines/spatten-release/presets.js";
import { simulateRelease } from "../dist/machines/spatten-release/simulate.js";
import { readOfficialCsv } from "../dist/workload/official-csv.js";
import { machineLine } from "./side-by-side.mjs";

const ROUNDS = 5;
/** hardware.md 6.1: Verilator, one thread, Ramulator 2 included, on another machine. */
const RIVAL_SECONDS = 144;
/** Cycles a second in that run; the dense workload was not recorded, so its ratio is to this rate. */
const RIVAL_RATE = 25_000;
/** Name, file, cycles: the RTL's, and for the dense one those of the model clocked throughout. */
const WORKLOADS = [
  ["per8", "summary-gpt2-small-wikitext2-per8.csv", 3602277],
  ["dense", "summary-gpt2-small-wikitext2-per8-step1+dedic.csv", 25086181],
];
const ROW_COUNTS = [100, 1_000, 10_000, 100_000];
const { parameters } = releasePresets.find(({ id }) => id === "spatten-release-eighth");
const folder = process.argv[2] ?? join(import.meta.dirname, "..", "..", "shared", "data", "workloads");

if (process.argv[2] === "--rows") {
  console.log(JSON.stringify(measureRows(Number(process.argv[3]))));
} else {
  console.log(`spatten-release-eighth on ${machineLine()}\n`);
  for (const workload of WORKLOADS) compare(...workload);
  showGrowth();
}

function compare(name, fileName, expectedCycles) {
  const file = join(folder, fileName);
  if (!existsSync(file)) {
    console.log(`${fileName}: not here\n`);
    return;
  }
  const csv = readOfficialCsv(readFileSync(file, "utf8"), file);
  const seconds = [];
  for (let round = 0; round < ROUNDS; round++) {
    seconds.push(
      cpuSecondsOf(() => {
        const { cycles } = finish(simulateRelease(csv, parameters));
        // Other cycles would make the time worthless.
        if (cycles !== expectedCycles) throw new Error(`${cycles} cycles, not ${expectedCycles}`);
      }),
    );
  }
  console.log(
    `${name}, ${csv.rows.length} rows, ${expectedCycles} cycles: CPU seconds, cycles a second, and the ratio to the`,
  );
  console.log(
    `RTL's ${RIVAL_RATE} cycles a second by wall (per8 in ${RIVAL_SECONDS} s), recorded on another machine`,
  );
  const line = (what, time) =>
    `  ${what.padEnd(10)}${time.toFixed(2).padStart(6)} s${(expectedCycles / time / 1e6).toFixed(2).padStart(8)} M/s` +
    `${(expectedCycles / time / RIVAL_RATE).toFixed(0).padStart(6)}×`;
  console.log(line("round 1", seconds[0]));
  console.log(line("round 2", seconds[1]));
  console.log(`${line("best", Math.min(...seconds))}\n`);
}

function showGrowth() {
  console.log(
    "one small row (16 keys, 16 values, 8 bits) again and again; a process of its own for each line",
  );
  console.log("      rows      cycles   first run  µs a row  second run  µs a row   memory at most");
  for (const count of ROW_COUNTS) {
    const { stdout } = spawnSync(process.execPath, [process.argv[1], "--rows", String(count)]);
    const { cycles, cold, warm, megabytes } = JSON.parse(stdout);
    const time = (seconds) =>
      `${seconds.toFixed(2).padStart(10)} s${((seconds / count) * 1e6).toFixed(0).padStart(10)}`;
    console.log(
      `${String(count).padStart(10)}${String(cycles).padStart(12)}${time(cold)}${time(warm)}${megabytes.toFixed(0).padStart(14)} MB`,
    );
  }
}

/** The first and the second run in this process. */
function measureRows(count) {
  const csv = { rows: Array(count).fill(smallRow()), configurationName: undefined };
  let cycles = 0;
  const run = () => {
    ({ cycles } = finish(simulateRelease(csv, parameters)));
  };
  const cold = cpuSecondsOf(run);
  const warm = cpuSecondsOf(run);
  return { cycles, cold, warm, megabytes: process.resourceUsage().maxRSS / 1000 };
}

function smallRow() {
  return {
    iteration: 0,
    layer: 0,
    head: 0,
    headDimension: 64,
    sentenceLength: 16,
    keyFetchCount: 16,
    keyBits: 8,
    queryBits: 16,
    requantizeThreshold: -1,
    isRequantized: false,
    requantizeBits: -1,
    valueFetchCount: 16,
    valueBits: 8,
    accumulatesImportance: true,
    rescalesImportance: false,
    hasTopK: false,
    topKCount: -1,
  };
}

function cpuSecondsOf(action) {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

// Replays of one memory channel: reads per CPU second, the first run and the best of the next ones in one process.
// Usage: node bench/dram.bench.mjs [path to speed.csv] (after npm run build)
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileDevice } from "../dist/hardware/dram/compile-device.js";
import { hbm2WithoutRefreshDevice } from "../dist/hardware/dram/devices/hbm2-2gbps.js";
import { hbm2Ramulator2Device } from "../dist/hardware/dram/devices/hbm2-ramulator2-2023.js";
import { replayTrace } from "../dist/hardware/dram/replay.js";
import { generateTrace } from "../dist/hardware/dram/trace-generators.js";
import { machineLine } from "./side-by-side.mjs";

const RUNS = 5;
const recordedFile =
  process.argv[2] ?? join(import.meta.dirname, "..", "..", "shared", "golden", "dram", "speed.csv");

/** Trace, device, limit, cycles that must come out, and the rival's names in speed.csv. */
const CASES = [
  ["seq-n1048576", hbm2Ramulator2Device, 16, 2621299, "seq1m", "ramulator2-2023", "16"],
  ["seq-n1048576", hbm2Ramulator2Device, undefined, 2097184, "seq1m", "ramulator2-2023", "1000000000"],
  ["rand-n262144", hbm2Ramulator2Device, 16, 969623, "rnd256k", "ramulator2-2023", "16"],
  ["rand-n262144", hbm2Ramulator2Device, undefined, 969362, "rnd256k", "ramulator2-2023", "1000000000"],
  ["seq-n1048576", hbm2WithoutRefreshDevice, undefined, undefined, undefined, undefined, undefined],
  ["rand-n262144", hbm2WithoutRefreshDevice, undefined, undefined, undefined, undefined, undefined],
];

/** The rival's best wall time, as it was recorded on another machine. */
function recordedSeconds(trace, simulator, limit) {
  if (trace === undefined || !existsSync(recordedFile)) return undefined;
  const seconds = readFileSync(recordedFile, "utf8")
    .split("\n")
    .map((line) => line.split(","))
    .filter((cells) => cells[0] === trace && cells[1] === simulator && cells[2] === limit)
    .map((cells) => Number(cells[5]));
  return seconds.length === 0 ? undefined : Math.min(...seconds);
}

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

console.log(`DRAM replay on ${machineLine()}`);
console.log("CPU time; ratio: wall time of Ramulator 2 as recorded elsewhere (speed.csv) / our CPU time\n");
console.log(
  "trace         device                 limit      cycles   first M/s    best M/s  simulated Mcycles/s   ratio",
);
for (const [name, device, outstandingLimit, expectedCycles, ...rival] of CASES) {
  const compiled = compileDevice(device);
  const { addresses } = generateTrace(name);
  const seconds = [];
  let cycles = 0;
  for (let run = 0; run < RUNS; run++) {
    const start = cpuSeconds();
    cycles = replayTrace(compiled, addresses, { outstandingLimit }).cycles;
    seconds.push(cpuSeconds() - start);
  }
  if (expectedCycles !== undefined && cycles !== expectedCycles)
    throw new Error(`${name} took ${cycles} cycles, not ${expectedCycles}`);
  const [first, ...rest] = seconds;
  const best = Math.min(...rest);
  const recorded = recordedSeconds(...rival);
  const ratio = recorded === undefined ? "–" : `${(recorded / best).toFixed(1)}×`;
  const rate = (time) => (addresses.length / time / 1e6).toFixed(2);
  console.log(
    [
      name.padEnd(14),
      device.id.padEnd(23),
      String(outstandingLimit ?? "queue").padEnd(6),
      String(cycles).padStart(11),
      rate(first).padStart(12),
      rate(best).padStart(12),
      (cycles / best / 1e6).toFixed(1).padStart(21),
      ratio.padStart(8),
    ].join(""),
  );
}

// Replays of one memory channel: reads per CPU second. Each case runs again and again in a process of its own: the first
// round compiles, the second is the one to quote, the best of all shows what noise leaves. A process that has just
// replayed other patterns compiles once more: the last column is the second round where all cases take turns.
// Usage: node bench/dram.bench.mjs [path to speed.csv] (after npm run build)
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileDevice } from "../dist/hardware/dram/compile-device.js";
import { hbm2Device } from "../dist/hardware/dram/devices/hbm2-2gbps.js";
import { hbm2Ramulator2Device } from "../dist/hardware/dram/devices/hbm2-ramulator2-2023.js";
import { EventDramChannel } from "../dist/hardware/dram/event-channel.js";
import { ReadDramChannel } from "../dist/hardware/dram/read-channel.js";
import { suitsReadController } from "../dist/hardware/dram/read-controller.js";
import { replayTrace } from "../dist/hardware/dram/replay.js";
import { generateTrace } from "../dist/hardware/dram/trace-generators.js";
import { machineLine } from "./side-by-side.mjs";

const ROUNDS = 5;
const SEQUENTIAL = "seq-n1048576";
const RANDOM = "rand-n262144";
const recordedFile =
  process.argv[2] ?? join(import.meta.dirname, "..", "..", "shared", "golden", "dram", "speed.csv");

/** Trace, device, limit, cycles that must come out, and the rival's trace in speed.csv. */
const CASES = [
  [SEQUENTIAL, hbm2Ramulator2Device, 16, 2621299, "seq1m"],
  [SEQUENTIAL, hbm2Ramulator2Device, undefined, 2097184, "seq1m"],
  [RANDOM, hbm2Ramulator2Device, 16, 969623, "rnd256k"],
  [RANDOM, hbm2Ramulator2Device, undefined, 969362, "rnd256k"],
  [SEQUENTIAL, hbm2Device, undefined, 2077760, undefined],
  [RANDOM, hbm2Device, undefined, 871214, undefined],
].map(([name, device, limit, expectedCycles, rival]) => ({
  name,
  device,
  limit,
  expectedCycles,
  rival,
  compiled: compileDevice(device),
  addresses: generateTrace(name).addresses,
}));

const KINDS = {
  commands: (row) => replay(row, false),
  causes: (row) => replay(row, true),
  stepped: step,
};

if (process.argv[2] === "--case") {
  const [row, run] = [CASES[process.argv[3]], KINDS[process.argv[4]]];
  const seconds = Array.from({ length: ROUNDS }, () => cpuSecondsOf(() => check(row, run(row))));
  console.log(JSON.stringify(seconds));
  process.exit();
}

const alone = CASES.map((_row, index) =>
  Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, roundsAlone(index, kind)])),
);
const inTurn = CASES.map(() => ({}));
for (let round = 0; round < 2; round++) {
  for (const [index, row] of CASES.entries()) {
    for (const [kind, run] of Object.entries(KINDS)) {
      inTurn[index][kind] = cpuSecondsOf(() => check(row, run(row)));
    }
  }
}

console.log(`DRAM channel on ${machineLine()}`);
console.log(
  "million reads per CPU second. Replay of a whole trace: cycles, commands and latencies alone, and with the",
);
console.log(
  "cause of every lost cycle, which `spatten dram` prints. Stepped: push, pop and tick in every cycle",
);
console.log(
  "ratio: wall time of Ramulator 2 (2023-10-30), recorded on another machine / our CPU time, round 2\n",
);
console.log(
  cells("trace", "device", "limit", "cycles", "counts", "round 1", "round 2", "best", "ratio", "in turn"),
);
for (const [index, row] of CASES.entries()) {
  const recorded = recordedSeconds(row.rival, row.limit);
  for (const kind of Object.keys(KINDS)) {
    const seconds = alone[index][kind];
    const times = [seconds[0], seconds[1], Math.min(...seconds), inTurn[index][kind]];
    const [first, second, best, turn] = times.map((time) => (row.addresses.length / time / 1e6).toFixed(2));
    const ratio = recorded === undefined ? "–" : `${(recorded / seconds[1]).toFixed(0)}×`;
    const place = [row.name, row.device.id, row.limit ?? "queue", row.expectedCycles];
    console.log(cells(...place, kind, first, second, best, ratio, turn));
  }
}

function roundsAlone(index, kind) {
  const options = ["--case", String(index), kind];
  const { status, stdout, stderr } = spawnSync(process.execPath, [process.argv[1], ...options]);
  if (status !== 0) throw new Error(String(stderr));
  return JSON.parse(stdout);
}

function cells(...columns) {
  const widths = [14, 24, 7, 10, 10, 9, 9, 9, 8, 9];
  return columns
    .map((text, index) =>
      index < 3 ? String(text).padEnd(widths[index]) : String(text).padStart(widths[index]),
    )
    .join("");
}

function cpuSecondsOf(action) {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function replay({ compiled, addresses, limit }, countsLostCycles) {
  return replayTrace(compiled, addresses, { outstandingLimit: limit, countsLostCycles }).cycles;
}

/** As a machine does it. */
function step({ compiled, addresses, limit }) {
  const hasReadChannel = suitsReadController(compiled) && limit !== undefined;
  const channel = new (hasReadChannel ? ReadDramChannel : EventDramChannel)(compiled, {
    outstandingLimit: limit,
  });
  let offered = 0;
  for (let popped = 0; ; ) {
    if (offered < addresses.length && channel.canPush()) channel.push(addresses[offered], offered++);
    if (channel.pop() >= 0) popped++;
    if (popped === addresses.length) return channel.cycle + 1;
    channel.tick();
  }
}

/** Cycles that differ from run to run, or from the golden ones, would make the time worthless. */
function check(row, cycles) {
  const expected = row.expectedCycles;
  if (cycles !== expected) throw new Error(`${row.name} took ${cycles} cycles, not ${expected}`);
}

/** The rival's best wall time. */
function recordedSeconds(trace, limit) {
  if (trace === undefined || !existsSync(recordedFile)) return undefined;
  const seconds = readFileSync(recordedFile, "utf8")
    .split("\n")
    .map((line) => line.split(","))
    .filter(
      (values) =>
        values[0] === trace &&
        values[1] === "ramulator2-2023" &&
        values[2] === String(limit ?? 1_000_000_000),
    )
    .map((values) => Number(values[5]));
  return seconds.length === 0 ? undefined : Math.min(...seconds);
}

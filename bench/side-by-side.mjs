// Times rivals side by side in one process: interleaved, so that a slow second of the machine hits all of them alike.
import { cpus } from "node:os";

const SAMPLE_MILLISECONDS = 0.5;
const SAMPLES = 101;

/** Median time of one call of each contestant, in nanoseconds. Contestants are functions of no argument. */
export function medianNanoseconds(contestants) {
  const repetitions = contestants.map(repetitionsFor);
  const samples = contestants.map(() => []);
  for (let round = 0; round < SAMPLES; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      // Each round begins with another contestant, so that none always runs after the same one.
      const index = (round + turn) % contestants.length;
      samples[index].push(timeOf(contestants[index], repetitions[index]) / repetitions[index]);
    }
  }
  return samples.map((times) => median(times) * 1e6);
}

/** The machine in one line: what a ratio depends on. */
export function machineLine() {
  return `node ${process.versions.node}, V8 ${process.versions.v8}, ${cpus()[0]?.model ?? "unknown processor"}`;
}

/** How many calls fill a sample; the calls on the way warm the compiler up. */
function repetitionsFor(contestant) {
  timeOf(contestant, 200);
  for (let repetitions = 1; ; repetitions *= 2) {
    if (timeOf(contestant, repetitions) >= SAMPLE_MILLISECONDS) return repetitions;
  }
}

function timeOf(contestant, repetitions) {
  const start = performance.now();
  let length = 0;
  for (let call = 0; call < repetitions; call++) length += contestant().length;
  const milliseconds = performance.now() - start;
  // The results are looked at, or the compiler could leave the calls out.
  if (length === 0) throw new Error("a contestant gives nothing");
  return milliseconds;
}

function median(values) {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}

// Reading a workload with every check, beside the bare JSON.parse of its lines; and the analytical model beside both.
// Usage: node bench/workload.bench.mjs (after npm run build)

import { analyticalCounters } from "../dist/machines/spatten/analytical.js";
import { spattenPresets } from "../dist/machines/spatten/presets.js";
import { bertBaseDense128, gpt2SmallPruned992 } from "../dist/machines/spatten/reference-workloads.js";
import { readWorkload, writeWorkloadLines } from "../dist/workload/index.js";
import { machineLine } from "./side-by-side.mjs";

const ROUNDS = 21;
const { parameters } = spattenPresets[0];

console.log(machineLine());
for (const workload of [bertBaseDense128(), gpt2SmallPruned992()]) {
  const lines = [...writeWorkloadLines(workload)];
  const times = { parse: [], read: [], simulate: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.parse.push(await timeOf(() => lines.map((line) => JSON.parse(line))));
    times.read.push(await timeOf(() => readWorkload(lines, "bench")));
    times.simulate.push(await timeOf(() => analyticalCounters(parameters, workload)));
  }
  const [parse, read, simulate] = [times.parse, times.read, times.simulate].map(median);
  console.log(
    `${workload.header.source}, ${workload.jobs.length} jobs: JSON.parse alone ${parse.toFixed(1)} ms; ` +
      `read and checked ${(read / parse).toFixed(1)}x of that; analytical model ${(simulate / parse).toFixed(1)}x`,
  );
}

async function timeOf(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function median(values) {
  return values.sort((left, right) => left - right)[values.length >> 1];
}

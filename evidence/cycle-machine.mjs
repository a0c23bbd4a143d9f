import { areaScaling, doublings } from "../dist/experiments/spatten/area-scaling.js";
import { bertBaseDense } from "../dist/experiments/spatten/bert-dense.js";
import { randomWorkloads } from "../dist/experiments/spatten/random-workloads.js";
import { cycleCounters } from "../dist/machines/spatten/cycle/cycle.js";
import { spattenPresets } from "../dist/machines/spatten/presets.js";
export const title = "the SpAtten machine, cycle by cycle: what spatten validate does not judge";

const full = spattenPresets[0].parameters;

const shown = (id, quantity, expected, run) => ({
  id,
  quantity,
  expected,
  run: async () => ({ ours: await run(), holds: null }),
});

const twice = (names) => (old) => names.reduce((machine, name) => doublings[name](machine), old);
/** Parameters that are doubled together: more softmax without more multipliers would be idle. */
const more = [
  ["dram.channelCount"],
  ["topKComparatorCount"],
  ["fetcher.portCount"],
  ["fetcher.fifoDepth"],
  ["keySramBytes and valueSramBytes"],
  ["multiplierCountPerModule", "softmaxParallelism", "topKCapacityCount"],
];

const monotoneSteps = more.map((names) =>
  shown(
    `monotone-${names.join("-")}`,
    `spatten, cycle: of 100 random workloads, those that twice ${names.join(", ")} makes slower`,
    "exceptions are shown: another interleaving of banks and refreshes, never more work",
    () => {
      const ratios = randomWorkloads(100).map(
        (workload) =>
          cycleCounters(twice(names)(full), workload).cycles / cycleCounters(full, workload).cycles,
      );
      const slower = ratios.filter((ratio) => ratio > 1);
      return `${slower.length}, by at most ${((Math.max(1, ...slower) - 1) * 100).toFixed(1)} %`;
    },
  ),
);

const localValues = {
  id: "local-values",
  quantity: "summarization, half of the values kept a query",
  expected: "prob·V halved, bytes of V as before",
  run: () => {
    const dense = bertBaseDense(128);
    const half = {
      header: dense.header,
      jobs: dense.jobs.map((job) => ({
        ...job,
        valuesPerQuery: 64,
        topK: [{ of: "value", n: 128, k: 64, count: 128 }],
      })),
    };
    const before = cycleCounters(full, dense);
    const after = cycleCounters(full, half);
    const products = (counters) => counters.events.probabilityValueMultiplies;
    return {
      ours: `products ${products(before)} -> ${products(after)}, V bytes ${before.bytes.value} -> ${after.bytes.value}`,
      holds: products(after) * 2 === products(before) && before.bytes.value === after.bytes.value,
    };
  },
};

const area = shown("area", "what the area does as a parameter doubles", "bottom-up, preset spatten", () =>
  areaScaling()
    .map(({ parameter, totalRatio, moduleRatios }) => {
      const modules = Object.entries(moduleRatios).map(([module, ratio]) => `${module} ${ratio.toFixed(2)}x`);
      return `\n      ${parameter}: ${totalRatio.toFixed(2)}x (${modules.join(", ")})`;
    })
    .join(""),
);

export const steps = [...monotoneSteps, localValues, area];

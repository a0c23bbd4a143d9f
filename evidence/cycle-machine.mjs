import { finish } from "../dist/base/checkpoint.js";
import { bertBaseDense, bertDensePoint } from "../dist/experiments/spatten/bert-dense.js";
import { bridgeRows } from "../dist/experiments/spatten/bridge.js";
import { clockedTwins, isEqualRun, shuffledTwins } from "../dist/experiments/spatten/cycle-twins.js";
import { fidelityDistance } from "../dist/experiments/spatten/fidelity-distance.js";
import { figure19 } from "../dist/experiments/spatten/figure-19.js";
import { randomWorkloads } from "../dist/experiments/spatten/random-workloads.js";
import { publishedRoofline, rooflinePoint } from "../dist/experiments/spatten/roofline.js";
import { officialFiles, readOfficial } from "../dist/experiments/validation/official-workloads.js";
import { cycleCounters } from "../dist/machines/spatten/cycle/cycle.js";
import { spattenPresets } from "../dist/machines/spatten/presets.js";
import { exactly, workloadsFolder } from "./support.mjs";

export const title = "the SpAtten machine, cycle by cycle";

const [full, eighth] = spattenPresets.map(({ parameters }) => parameters);
const official = (name) => readOfficial(workloadsFolder(), name);

const shown = (id, quantity, expected, run) => ({
  id,
  quantity,
  expected,
  run: async () => ({ ours: await run(), holds: null }),
});

function clockedStep(parameters, preset) {
  return exactly(
    `clocked-${preset}`,
    `${preset}: runs that skip idle cycles and equal one clocked in every cycle, of 200 random workloads (cycles, bytes, stalls by cause, every event)`,
    200,
    () => finish(clockedTwins(parameters, 200)).filter(isEqualRun).length,
  );
}

function orderStep(parameters, preset) {
  return exactly(
    `order-${preset}`,
    `${preset}: of 200 random workloads, those that do not change with the order in which units are evaluated`,
    200,
    () => finish(shuffledTwins(parameters, 200)).filter(isEqualRun).length,
  );
}

function fidelityStep(parameters, preset) {
  return {
    id: `fidelity-${preset}`,
    quantity: `${preset}: cycle ÷ analytical over 100 random and 3 official workloads`,
    expected: "geometric mean of max(r, 1/r) at most 1.10",
    run: () => {
      const named = [
        ...randomWorkloads(100).map((workload, seed) => ({ name: `random ${seed}`, workload })),
        ...Object.keys(officialFiles).map((name) => ({ name, workload: official(name) })),
      ];
      const { points, meanDistanceRatio, percentile95, worst } = finish(fidelityDistance(parameters, named));
      const tell = (point) => `${point.cycleOverAnalyticalRatio.toFixed(3)} (${point.name})`;
      const ours = points.slice(100).map(tell).join(", ");
      return {
        ours: `${meanDistanceRatio.toFixed(3)}; 95th percentile ${tell(percentile95)}, worst ${tell(worst)}; ${ours}`,
        holds: meanDistanceRatio <= 1.1,
      };
    },
  };
}

const more = {
  "channelCount x 2": (old) => ({ ...old, dram: { ...old.dram, channelCount: 2 * old.dram.channelCount } }),
  "topKComparatorCount x 2": (old) => ({ ...old, topKComparatorCount: 2 * old.topKComparatorCount }),
  "fetcher.portCount x 2": (old) => ({
    ...old,
    fetcher: { ...old.fetcher, portCount: 2 * old.fetcher.portCount },
  }),
  "fetcher.fifoDepth x 2": (old) => ({
    ...old,
    fetcher: { ...old.fetcher, fifoDepth: 2 * old.fetcher.fifoDepth },
  }),
  "keySramBytes x 2": (old) => ({ ...old, keySramBytes: 2 * old.keySramBytes }),
  "multipliers and softmax x 2": (old) => ({
    ...old,
    multiplierCountPerModule: 2 * old.multiplierCountPerModule,
    softmaxParallelism: 2 * old.softmaxParallelism,
    topKCapacityCount: 2 * old.topKCapacityCount,
  }),
};

const monotoneSteps = Object.entries(more).map(([name, change]) =>
  shown(
    `monotone-${name}`,
    `spatten, cycle: of 100 random workloads, those that ${name} makes slower`,
    "exceptions are shown: another interleaving of banks and refreshes, never more work",
    () => {
      const ratios = randomWorkloads(100).map(
        (workload) => cycleCounters(change(full), workload).cycles / cycleCounters(full, workload).cycles,
      );
      const slower = ratios.filter((ratio) => ratio > 1);
      return `${slower.length}, by at most ${((Math.max(1, ...slower) - 1) * 100).toFixed(1)} %`;
    },
  ),
);

const bertSteps = [64, 128, 384].map((tokenCount) => ({
  id: `bert-${tokenCount}`,
  quantity: `BERT-Base dense, ${tokenCount} tokens, cycles on spatten`,
  expected: `not below 144 heads x queries x ceil(keys / 8) = ${144 * tokenCount * Math.ceil(tokenCount / 8)}; K and V read once a head`,
  run: () => {
    const point = finish(bertDensePoint(full, tokenCount));
    const { cycles, leastCycles, dramReads, onceReads } = point;
    return {
      ours: `${cycles}; ${point.teraOperationsPerSecond.toFixed(2)} TFLOPS (paper 1.61), ${point.operationsPerByte.toFixed(1)} operations a byte (paper 83); ${dramReads} reads of Q, K and V, ${onceReads} for once each`,
      holds: cycles >= leastCycles && dramReads === onceReads,
    };
  },
}));

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

const bridge = shown(
  "bridge",
  "per8 from spatten-release to spatten, one change at a time",
  "a table; cycles after each change",
  async () =>
    (await bridgeRows(official("per8")))
      .map(
        ({ step, cycles, changeCycles }) =>
          `\n      ${step}: ${cycles} (${changeCycles >= 0 ? "+" : ""}${changeCycles})`,
      )
      .join(""),
);

const shapes = ["analytical", "cycle"].map((fidelity) =>
  shown(
    `figure-19-${fidelity}`,
    `Fig 19 on per8, ${fidelity}: ratios to the paper's choice`,
    "published beside ours",
    async () =>
      (await figure19(official("per8"), fidelity))
        .map(
          ({ parameter, value, publishedRatio, oursRatio }) =>
            `\n      ${parameter} ${value}: published ${publishedRatio.toFixed(3)}, ours ${oursRatio.toFixed(3)}`,
        )
        .join(""),
  ),
);

const roofline = [
  ["gpt2-small per8", () => official("per8"), "gpt2", "; about 1.0 ms"],
  ["bert-base-dense-128", () => bertBaseDense(128), "bert", ""],
].map(([name, workload, published, more]) => {
  const { operationsPerByte, teraOperationsPerSecond } = publishedRoofline[published];
  const expected = `paper: ${operationsPerByte} operations a byte, ${teraOperationsPerSecond} TFLOPS${more}`;
  return shown(`roofline-${name}`, `roofline point of ${name}, cycle`, expected, () => {
    const point = finish(rooflinePoint(full, workload()));
    return `${point.operationsPerByte.toFixed(2)} operations a byte, ${point.teraOperationsPerSecond.toFixed(3)} TFLOPS, ${point.gigabytesPerSecond.toFixed(1)} GB/s, ${point.milliseconds.toFixed(3)} ms`;
  });
});

export const steps = [
  clockedStep(full, "spatten"),
  clockedStep(eighth, "spatten-eighth"),
  orderStep(full, "spatten"),
  orderStep(eighth, "spatten-eighth"),
  fidelityStep(full, "spatten"),
  fidelityStep(eighth, "spatten-eighth"),
  ...monotoneSteps,
  ...bertSteps,
  localValues,
  bridge,
  ...shapes,
  ...roofline,
];

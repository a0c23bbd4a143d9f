import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../dist/base/random.js";
import { bridgeRows } from "../dist/experiments/spatten/bridge.js";
import { figure19 } from "../dist/experiments/spatten/figure-19.js";
import { analyticalCounters } from "../dist/machines/spatten/analytical.js";
import { cycleCounters } from "../dist/machines/spatten/cycle/cycle.js";
import { spattenPresets } from "../dist/machines/spatten/presets.js";
import { bertBaseDense128 } from "../dist/machines/spatten/reference-workloads.js";
import { readOfficialCsv, workloadFromOfficialCsv } from "../dist/workload/index.js";
import { randomWorkload } from "../dist/workload/random-workload.js";
import { exactly, shared } from "./support.mjs";

export const title = "the SpAtten machine, cycle by cycle";

const [full, eighth] = spattenPresets.map(({ parameters }) => parameters);
const files = {
  small: "small.csv",
  dense: "summary-gpt2-small-wikitext2-per8-step1+dedic.csv",
  per8: "summary-gpt2-small-wikitext2-per8.csv",
};
const official = (name) =>
  workloadFromOfficialCsv(
    readOfficialCsv(readFileSync(join(shared, "data", "workloads", files[name]), "utf8"), files[name]),
    files[name],
  );
const randomOnes = (count) => Array.from({ length: count }, (_, seed) => randomWorkload(createRandom(seed)));

/** All rows of a dense BERT-Base, 12 layers of 12 heads. */
function bertBaseDense(tokenCount) {
  const { header, jobs } = bertBaseDense128();
  const counts = { queryCount: tokenCount, keyCount: tokenCount, valueCount: tokenCount };
  return {
    header: { ...header, source: `bert-base-dense-${tokenCount}` },
    jobs: jobs.map((job) => ({ ...job, ...counts, valuesPerQuery: tokenCount })),
  };
}

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
    () =>
      randomOnes(200).filter((workload) => {
        const clocked = cycleCounters(parameters, workload, undefined, { jumps: false });
        return JSON.stringify(clocked) === JSON.stringify(cycleCounters(parameters, workload));
      }).length,
  );
}

function orderStep(parameters, preset) {
  return exactly(
    `order-${preset}`,
    `${preset}: of 200 random workloads, those that do not change with the order in which units are evaluated`,
    200,
    () =>
      randomOnes(200).filter((workload, seed) => {
        const random = createRandom(seed);
        const evaluationOrder = [0, 1, 2, 3, 4, 5, 6]
          .map((unit) => [random.next(), unit])
          .sort(([left], [right]) => left - right)
          .map(([, unit]) => unit);
        const shuffled = cycleCounters(parameters, workload, undefined, { evaluationOrder });
        return JSON.stringify(shuffled) === JSON.stringify(cycleCounters(parameters, workload));
      }).length,
  );
}

function fidelityStep(parameters, preset) {
  return {
    id: `fidelity-${preset}`,
    quantity: `${preset}: cycle ÷ analytical over 100 random and 3 official workloads`,
    expected: "geometric mean of max(r, 1/r) at most 1.10",
    run: () => {
      const named = [
        ...randomOnes(100).map((workload, seed) => [`random ${seed}`, workload]),
        ...Object.keys(files).map((name) => [files[name], official(name)]),
      ];
      const rows = named.map(([name, workload]) => ({
        name,
        ratio: cycleCounters(parameters, workload).cycles / analyticalCounters(parameters, workload).cycles,
      }));
      const distance = ({ ratio }) => Math.max(ratio, 1 / ratio);
      const sorted = rows.toSorted((left, right) => distance(left) - distance(right));
      const geomean = Math.exp(rows.reduce((sum, row) => sum + Math.log(distance(row)), 0) / rows.length);
      const percentile = sorted[Math.ceil(0.95 * rows.length) - 1];
      const worst = sorted.at(-1);
      const tell = ({ name, ratio }) => `${ratio.toFixed(3)} (${name})`;
      const ours = rows.slice(100).map(tell).join(", ");
      return {
        ours: `${geomean.toFixed(3)}; 95th percentile ${tell(percentile)}, worst ${tell(worst)}; ${ours}`,
        holds: geomean <= 1.1,
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
      const ratios = randomOnes(100).map(
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
    const { cycles, operations, bytes, dramCommands } = cycleCounters(full, bertBaseDense(tokenCount));
    const reads = 144 * 3 * tokenCount * 3;
    return {
      ours: `${cycles}; ${(operations.executed / cycles / 1000).toFixed(2)} TFLOPS (paper 1.61), ${(operations.executed / bytes.total).toFixed(1)} operations a byte (paper 83); ${dramCommands.reads} reads of Q, K and V, ${reads} for once each`,
      holds: cycles >= 144 * tokenCount * Math.ceil(tokenCount / 8) && dramCommands.reads === reads,
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
  [
    "gpt2-small per8",
    () => official("per8"),
    "paper's GPT-2: 2.1 operations a byte, 0.43 TFLOPS; about 1.0 ms",
  ],
  ["bert-base-dense-128", () => bertBaseDense(128), "paper's BERT: 83 operations a byte, 1.61 TFLOPS"],
].map(([name, workload, expected]) =>
  shown(`roofline-${name}`, `roofline point of ${name}, cycle`, expected, () => {
    const { operations, bytes, cycles } = cycleCounters(full, workload());
    return `${(operations.executed / bytes.total).toFixed(2)} operations a byte, ${(operations.executed / cycles / 1000).toFixed(3)} TFLOPS, ${(bytes.total / cycles).toFixed(1)} GB/s, ${(cycles / 1e6).toFixed(3)} ms`;
  }),
);

export const steps = [
  clockedStep(full, "spatten"),
  clockedStep(eighth, "spatten-eighth"),
  orderStep(full, "spatten"),
  fidelityStep(full, "spatten"),
  fidelityStep(eighth, "spatten-eighth"),
  ...monotoneSteps,
  ...bertSteps,
  localValues,
  bridge,
  ...shapes,
  ...roofline,
];

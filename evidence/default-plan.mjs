import { createSpatten } from "../dist/index.js";
import { accuracy, bundled, preset, texts } from "./support.mjs";

export const title = "what the named plans cost and save on the whole test set";

const spatten = createSpatten();
const DENSE_RIGHT = 4027;
const measured = new Map();

/** Accuracy and machine totals of a plan over the 4,500 test texts; dense and pruned runs on machine `spatten`. */
async function totals(name) {
  if (measured.has(name)) return measured.get(name);
  const workloads = [];
  const result = await accuracy(bundled, preset(name), texts().test, (run) => workloads.push(run.workload));
  const sums = { bytes: 0, operations: 0, cycles: 0, energyPicojoules: 0 };
  for (const workload of workloads) {
    const report = await spatten.simulate(workload);
    sums.bytes += report.bytes.total;
    sums.operations += report.operations.executed + report.operations.recomputed;
    sums.cycles += report.cycles;
    sums.energyPicojoules += report.energyPicojoules.total;
  }
  measured.set(name, { ...result, ...sums });
  return measured.get(name);
}

const accuracyStep = (plan, mostPointsLost) => ({
  id: `${plan}-accuracy`,
  quantity: `${plan}, right of 4,500 (points lost, mean token keep, mean head keep)`,
  expected:
    mostPointsLost === undefined ? "shown" : `at most ${mostPointsLost} points lost, keep at most 0.80`,
  run: async () => {
    const { correctCount, meanTokenKeepRatio, meanHeadKeepRatio } = await totals(plan);
    const lost = ((DENSE_RIGHT - correctCount) / 4500) * 100;
    return {
      ours: `${correctCount} (${lost.toFixed(2)}, ${meanTokenKeepRatio.toFixed(4)}, ${meanHeadKeepRatio.toFixed(4)})`,
      holds: mostPointsLost === undefined ? null : lost <= mostPointsLost && meanTokenKeepRatio <= 0.8,
    };
  },
});

const savingsStep = (plan) => ({
  id: `${plan}-savings`,
  quantity: `${plan}, dense / pruned over all test texts`,
  expected: "shown",
  run: async () => {
    const [dense, pruned] = [await totals("none"), await totals(plan)];
    const ratio = (name) => dense[name] / pruned[name];
    const dram = (bits) => ((ratio("bytes") * bits) / 12).toFixed(2);
    return {
      ours:
        `DRAM ${dram(32)}x of fp32, ${dram(16)}x of 16 bits, ${dram(12)}x of 12 bits; operations ` +
        `${ratio("operations").toFixed(2)}x, cycles ${ratio("cycles").toFixed(2)}x, energy ${ratio("energyPicojoules").toFixed(2)}x`,
      holds: null,
    };
  },
});

export const steps = [
  accuracyStep("none", undefined),
  accuracyStep("clinc150-safe", 0.5),
  savingsStep("clinc150-safe"),
  accuracyStep("clinc150-values", undefined),
  savingsStep("clinc150-values"),
  accuracyStep("clinc150-strong", undefined),
  savingsStep("clinc150-strong"),
];

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configuredMachine, machines } from "../dist/machines/index.js";
import { fullyConnectedWorkload, readOfficialCsv, workloadFromOfficialCsv } from "../dist/workload/index.js";
import { shared } from "./support.mjs";

export const title = "GPT-2 on spatten-e2e: fully connected layers and attention; shown, never tuned";

const TOKEN_COUNT = 32;

/** SpAtten (HPCA 2021), Table IV and section 3: 25.75 ms at 8 bits; the 12-bit bars of Fig 15 give 374 GB/s. */
const fullyConnected = [
  { weightBits: 8, published: "25.75 ms, 375 GB/s" },
  { weightBits: 12, published: "374 GB/s, so 38.8 ms" },
];
/** DRAM rows of a channel over which neighbouring transactions of the weights take turns. */
const stripeCounts = [1, 2, 4];

const attention = [
  {
    model: "GPT-2-Medium",
    file: "summary-gpt2-medium-wikitext2-per0-hp-step5+dedic+glob_p+local_p+hp+topk+quant.csv",
    published: "2.13 ms, mean of four tasks without head pruning; 2.72 ms from Fig 14 for this one",
  },
  {
    model: "GPT-2-Small",
    file: "summary-gpt2-small-wikitext2-per8.csv",
    published: "about 1.0 ms, from Figs 14 and 15",
  },
];

const machineWith = (stripeCount) =>
  configuredMachine(machines, { extends: "spatten-e2e", fullyConnected: { weightStripeCount: stripeCount } });

/** All tokens do the same work, so that one stands for all at fidelity cycle. */
async function timeWeights(stripeCount, weightBits, fidelity) {
  const workload = fullyConnectedWorkload("gpt2-medium", { tokenCount: TOKEN_COUNT, weightBits });
  const isCycle = fidelity === "cycle";
  const options = isCycle ? { fidelity, iteration: 0 } : { fidelity };
  const report = await machineWith(stripeCount).simulate(workload, options);
  const milliseconds = 1e3 * report.seconds * (isCycle ? TOKEN_COUNT : 1);
  const rate = report.bytes.weight / report.seconds / 1e9;
  return { ours: `${milliseconds.toFixed(2)} ms, ${rate.toFixed(0)} GB/s`, holds: null };
}

async function timeAttention(file, fidelity) {
  const path = join(shared, "data", "workloads", file);
  if (!existsSync(path)) return { ours: `not measured: ${file} is not among the shared data`, holds: null };
  const workload = workloadFromOfficialCsv(readOfficialCsv(readFileSync(path, "utf8"), file), file);
  const report = await machineWith(1).simulate(workload, { fidelity });
  return { ours: `${(1e3 * report.seconds).toFixed(2)} ms, bound by ${report.bound}`, holds: null };
}

const weightStep = (weightBits, published, fidelity, stripeCount) => ({
  id: `weights-${weightBits}-${fidelity}-${stripeCount}`,
  quantity: `GPT-2-Medium, ${TOKEN_COUNT} tokens, fully connected, ${weightBits} bits, ${fidelity}${
    fidelity === "cycle" ? `, weights over ${stripeCount} DRAM rows` : ""
  }`,
  expected: `published ${published}`,
  run: () => timeWeights(stripeCount, weightBits, fidelity),
});

export const steps = [
  ...fullyConnected.flatMap(({ weightBits, published }) => [
    weightStep(weightBits, published, "analytical", 1),
    ...stripeCounts.map((stripeCount) => weightStep(weightBits, published, "cycle", stripeCount)),
  ]),
  ...attention.flatMap(({ model, file, published }) =>
    ["analytical", "cycle"].map((fidelity) => ({
      id: `attention-${model}-${fidelity}`,
      quantity: `${model}, wikitext2, ${TOKEN_COUNT} tokens, attention, ${fidelity}`,
      expected: `published ${published}`,
      run: () => timeAttention(file, fidelity),
    })),
  ),
];

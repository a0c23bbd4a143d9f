import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configuredMachine, machines } from "../dist/machines/index.js";
import { gpt2MediumPruned992 } from "../dist/machines/spatten/reference-workloads.js";
import { fullyConnectedWorkload, readOfficialCsv, workloadFromOfficialCsv } from "../dist/workload/index.js";
import { shared } from "./support.mjs";

export const title = "GPT-2 on spatten-e2e: fully connected layers and attention; shown, never tuned";

const TOKEN_COUNT = 32;

/** SpAtten (HPCA 2021), Table IV and section 3: 25.75 ms at 8 bits; the 12-bit bars of Fig 15 give 374 GB/s. */
const fullyConnected = [
  { weightBits: 8, published: "25.75 ms, 375 GB/s" },
  { weightBits: 12, published: "374 GB/s, so 38.8 ms" },
];
/** Inside a channel: the preset's map, and the official release's, where a stream stays in one bank for 1 KiB. */
const addressMaps = ["RoBaCoBgRa", "RoBaRaCoCh"];

const attention = [
  {
    model: "GPT-2-Medium, on the schedule of the released step5 trace",
    workload: gpt2MediumPruned992,
    published: "2.13 ms, mean of four tasks without head pruning; 2.72 ms from Fig 14 for this one",
  },
  {
    model: "GPT-2-Small, per8",
    workload: () => {
      const file = "summary-gpt2-small-wikitext2-per8.csv";
      const text = readFileSync(join(shared, "data", "workloads", file), "utf8");
      return workloadFromOfficialCsv(readOfficialCsv(text, file), file);
    },
    published: "about 1.0 ms, from Figs 14 and 15",
  },
];

const machineWith = (addressMapName) =>
  configuredMachine(machines, { extends: "spatten-e2e", dram: { addressMapName } });

/** All tokens do the same work, so that one stands for all at fidelity cycle. */
async function timeWeights(addressMap, weightBits, fidelity) {
  const workload = fullyConnectedWorkload("gpt2-medium", { tokenCount: TOKEN_COUNT, weightBits });
  const isCycle = fidelity === "cycle";
  const options = isCycle ? { fidelity, iteration: 0 } : { fidelity };
  const report = await machineWith(addressMap).simulate(workload, options);
  const milliseconds = 1e3 * report.seconds * (isCycle ? TOKEN_COUNT : 1);
  const rate = report.bytes.weight / report.seconds / 1e9;
  return { ours: `${milliseconds.toFixed(2)} ms, ${rate.toFixed(0)} GB/s`, holds: null };
}

async function timeAttention(workload, fidelity) {
  const report = await machineWith(addressMaps[0]).simulate(workload(), { fidelity });
  return { ours: `${(1e3 * report.seconds).toFixed(2)} ms, bound by ${report.bound}`, holds: null };
}

const weightStep = (weightBits, published, fidelity, addressMap) => ({
  id: `weights-${weightBits}-${fidelity}-${addressMap}`,
  quantity: `GPT-2-Medium, ${TOKEN_COUNT} tokens, fully connected, ${weightBits} bits, ${fidelity}${
    fidelity === "cycle" ? `, address map ${addressMap}` : ""
  }`,
  expected: `published ${published}`,
  run: () => timeWeights(addressMap, weightBits, fidelity),
});

export const steps = [
  ...fullyConnected.flatMap(({ weightBits, published }) => [
    weightStep(weightBits, published, "analytical", addressMaps[0]),
    ...addressMaps.map((addressMap) => weightStep(weightBits, published, "cycle", addressMap)),
  ]),
  ...attention.flatMap(({ model, workload, published }) =>
    ["analytical", "cycle"].map((fidelity) => ({
      id: `attention-${model}-${fidelity}`,
      quantity: `${model}, wikitext2, ${TOKEN_COUNT} tokens, attention, ${fidelity}`,
      expected: `published ${published}`,
      run: () => timeAttention(workload, fidelity),
    })),
  ),
];

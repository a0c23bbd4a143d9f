import { finish } from "../dist/base/checkpoint.js";
import { createRandom } from "../dist/base/random.js";
import { bertBaseDense } from "../dist/experiments/spatten/bert-dense.js";
import { randomWorkloads } from "../dist/experiments/spatten/random-workloads.js";
import { referenceEngine } from "../dist/inference/engines/engine.js";
import { recordedTensors } from "../dist/inference/recorder-tensors.js";
import { computeA3 } from "../dist/machines/a3/compute.js";
import { a3Design } from "../dist/machines/a3/design.js";
import { computeA3Query, loadA3Head } from "../dist/machines/a3/fixed-point-attention.js";
import { a3Presets } from "../dist/machines/a3/presets.js";
import { drawA3Case } from "../dist/machines/a3/random-cases.js";
import { configuredMachine } from "../dist/machines/configured-machine.js";
import { computeMnnfast } from "../dist/machines/mnnfast/compute.js";
import { mnnfastDesign } from "../dist/machines/mnnfast/design.js";
import { lazySoftmaxQuery } from "../dist/machines/mnnfast/lazy-softmax.js";
import { mnnfastPresets } from "../dist/machines/mnnfast/presets.js";
import { machines } from "../dist/machines/registry.js";
import { rivalCounters } from "../dist/machines/rivals/counters.js";
import { floatAttention } from "../dist/machines/spatten/datapath/float-attention.js";
import { readSidecar } from "../dist/workload/tensor-sidecar.js";
import { bundled, exactly, preset, texts } from "./support.mjs";
import { a3Twin } from "./support-a3-twin.mjs";

export const title =
  "A3 and MNNFast: functions against twins and floats, what they select, fidelities, figures";

const CASE_COUNT = 10_000;
const percent = (part) => `${(part * 100).toFixed(2)} %`;

const twin = exactly(
  "a3-twin",
  `A3: of ${CASE_COUNT} random inputs, those with other candidates, kept rows or outputs than a twin written apart`,
  0,
  () => {
    const random = createRandom(41);
    let differing = 0;
    for (let run = 0; run < CASE_COUNT; run++) {
      const { parameters, floats, dimension } = drawA3Case(random);
      const { candidates, kept, output } = computeA3Query(loadA3Head(parameters, floats, dimension), 0);
      const found = { candidates: [...candidates], kept: [...kept], output: [...output] };
      if (JSON.stringify(found) !== JSON.stringify(a3Twin(parameters, floats, dimension))) differing++;
    }
    return differing;
  },
);

const base = exactly(
  "a3-base",
  `A3: of ${CASE_COUNT} random inputs, those where M = n and T = 0 differs from the base machine`,
  0,
  () => {
    const random = createRandom(42);
    let differing = 0;
    for (let run = 0; run < CASE_COUNT; run++) {
      const { parameters, floats, dimension } = drawA3Case(random);
      const candidateSearch = { ...parameters.candidateSearch, iterationsPerKeyRatio: 1 };
      const open = { ...a3Presets[1].parameters, candidateSearch, postScoringPercent: 0 };
      const [found, expected] = [open, a3Presets[0].parameters].map((row) => {
        const { candidates, kept, output } = computeA3Query(loadA3Head(row, floats, dimension), 0);
        return JSON.stringify([[...candidates], [...kept], [...output]]);
      });
      if (found !== expected) differing++;
    }
    return differing;
  },
);

const lazy = {
  id: "mnnfast-exact",
  quantity: `MNNFast without skipping: largest output error over ${CASE_COUNT} random inputs, of the largest |V|`,
  expected: "below 1e-6",
  run: async () => {
    const random = createRandom(43);
    let worst = 0;
    for (let run = 0; run < CASE_COUNT; run++) {
      const { floats, dimension } = drawA3Case(random);
      const rows = floats.key.length / dimension;
      const zeroSkipping = { mode: "exact", probabilityThreshold: 0, skippedRowsTakeCycles: true };
      // Scores beyond 87 leave floats here, and operands that saturate are A3's matter.
      const query = floats.query.map((value) => value / 200);
      const scaled = { ...floats, query };
      const { output } = lazySoftmaxQuery({ chunkKeyCount: 8, zeroSkipping }, scaled, dimension, 0);
      const exact = floatAttention(scaled, dimension, 0, [...Array(rows).keys()]);
      const largest = floats.value.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      output.forEach((value, d) => {
        worst = Math.max(worst, Math.abs(value - exact[d]) / largest);
      });
    }
    return { ours: worst.toExponential(2), holds: worst < 1e-6 };
  },
};

const plan = preset("none");
const sample = () => texts().test.filter((_, index) => index % 25 === 0);
const computations = [
  ...a3Presets.map((row) => [row.id, (work, tensors) => computeA3(row.parameters, work, tensors)]),
  ...mnnfastPresets.map((row) => [row.id, (work, tensors) => computeMnnfast(row.parameters, work, tensors)]),
];

const selections = computations.map(([id, compute]) => ({
  id: `selection-${id}`,
  quantity: `${id}, every 25th test text of CLINC150, nothing pruned: keys, candidates and kept rows of a query, error of outputs (rms), largest part of its bound`,
  expected: "error within its bound",
  run: async () => {
    const model = await bundled();
    const total = { queryCount: 0, keyCount: 0, candidateCount: 0, keptCount: 0 };
    let [squares, textCount, bound] = [0, 0, 0];
    for (const { text } of sample()) {
      const run = await model.run(text, { plan, engine: referenceEngine, captureTensors: true });
      const tensors = readSidecar(recordedTensors(run.workload, run.layers, plan), "recorded");
      const found = finish(compute(run.workload, tensors));
      for (const key of Object.keys(total)) total[key] += found.selection[key];
      squares += found.relativeRmsError ** 2;
      bound = Math.max(bound, found.errorOverBoundRatio);
      textCount++;
    }
    const { queryCount, keyCount, candidateCount, keptCount } = total;
    return {
      ours: `${(keyCount / queryCount).toFixed(1)} keys, ${percent(candidateCount / keyCount)} candidates, ${percent(keptCount / keyCount)} kept; ${percent(Math.sqrt(squares / textCount))}; ${percent(bound)}`,
      holds: bound <= 1,
    };
  },
}));

const designs = [
  ...a3Presets.map(({ id, parameters }) => [id, a3Design({ ...parameters, work: "jobs" })]),
  ...mnnfastPresets.map(({ id, parameters }) => [id, mnnfastDesign({ ...parameters, work: "jobs" })]),
];

const fidelities = designs.map(([id, design]) => ({
  id: `fidelity-${id}`,
  quantity: `${id}: cycle ÷ analytical over 100 random workloads, geometric mean, least and largest`,
  expected: "between 0.95 and 1.25",
  run: async () => {
    const ratios = randomWorkloads(100).map(
      (workload) =>
        rivalCounters(design, "cycle", workload).cycles /
        rivalCounters(design, "analytical", workload).cycles,
    );
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
    const shown = [mean, least, most].map((ratio) => ratio.toFixed(3)).join(", ");
    return { ours: shown, holds: least > 0.95 && most < 1.25 };
  },
}));

const figures = designs.map(([id]) => ({
  id: `figures-${id}`,
  quantity: `${id}, dense BERT-Base of 32, 57, 128 and 320 tokens: dense-equivalent GOP/s, GOP/J with DRAM, W on chip by our tables`,
  expected: "shown; Table III: A3 221, 269; MNNFast 120, 120 (input)",
  run: async () => {
    const machine = configuredMachine(machines, { extends: id });
    const rows = [];
    for (const tokenCount of [32, 57, 128, 320]) {
      const { figures: found, energyPicojoules, seconds } = await machine.simulate(bertBaseDense(tokenCount));
      const watts = ((energyPicojoules.total - energyPicojoules.dram) * 1e-12) / seconds;
      rows.push(
        `${found.gigaoperationsPerSecond.toFixed(0)}, ${found.gigaoperationsPerJoule.toFixed(0)}, ${watts.toFixed(3)}`,
      );
    }
    return { ours: rows.join(" | "), holds: null };
  },
}));

export const steps = [twin, base, lazy, ...selections, ...fidelities, ...figures];

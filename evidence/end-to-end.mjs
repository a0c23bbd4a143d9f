import {
  addressMapNames,
  attentionAnchors,
  GENERATED_TOKENS,
  timeAttention,
  timeWeights,
  weightAnchors,
} from "../dist/experiments/spatten/absolute-anchors.js";
import { readOfficial } from "../dist/experiments/validation/official-workloads.js";
import { gpt2MediumPruned992 } from "../dist/machines/spatten/reference-workloads.js";
import { workloadsFolder } from "./support.mjs";

export const title = "GPT-2 on spatten-e2e: fully connected layers and attention; shown, never tuned";

const workloads = { medium: gpt2MediumPruned992, small: () => readOfficial(workloadsFolder(), "per8") };

function weightStep(anchor, fidelity, addressMapName) {
  const { weightBits, publishedMilliseconds, publishedGigabytesPerSecond } = anchor;
  const map = fidelity === "cycle" ? `, address map ${addressMapName}` : "";
  return {
    id: `weights-${weightBits}-${fidelity}-${addressMapName}`,
    quantity: `GPT-2-Medium, ${GENERATED_TOKENS} tokens, fully connected, ${weightBits} bits, ${fidelity}${map}`,
    expected: `published ${publishedMilliseconds} ms, ${publishedGigabytesPerSecond} GB/s`,
    run: async () => {
      const { milliseconds, gigabytesPerSecond } = await timeWeights(weightBits, fidelity, addressMapName);
      return { ours: `${milliseconds.toFixed(2)} ms, ${gigabytesPerSecond.toFixed(0)} GB/s`, holds: null };
    },
  };
}

function attentionStep(name, fidelity) {
  const { model, publishedMilliseconds, source } = attentionAnchors[name];
  return {
    id: `attention-${name}-${fidelity}`,
    quantity: `${model}, wikitext2, ${GENERATED_TOKENS} tokens, attention, ${fidelity}`,
    expected: `published ${publishedMilliseconds} ms: ${source}`,
    run: async () => {
      const { milliseconds, bound } = await timeAttention(workloads[name](), fidelity);
      return { ours: `${milliseconds.toFixed(2)} ms, bound by ${bound}`, holds: null };
    },
  };
}

export const steps = [
  ...weightAnchors.flatMap((anchor) => [
    weightStep(anchor, "analytical", addressMapNames[0]),
    ...addressMapNames.map((map) => weightStep(anchor, "cycle", map)),
  ]),
  ...Object.keys(workloads).flatMap((name) =>
    ["analytical", "cycle"].map((fidelity) => attentionStep(name, fidelity)),
  ),
];

// What the evidence files share: the original and the bundled model, the texts, and a way to run a plan over them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceEngine } from "../dist/inference/engines/engine.js";
import { loadTextModel } from "../dist/inference/text-model.js";
import { openFolder } from "../dist/platform/node/folder.js";
import { bundledModelFolder } from "../dist/platform/node/installation.js";
import { openTextFolder } from "../dist/platform/node/text-folder.js";
import { parsePlan } from "../dist/pruning/plan.js";
import { planPresets } from "../dist/pruning/presets.js";
import { measureAccuracy } from "../dist/quality/accuracy.js";
import { parseClinc150 } from "../dist/quality/datasets/clinc150.js";

export const root = join(import.meta.dirname, "..");
export const shared = join(root, "..", "shared");

/** A short name of this build, for what is kept between runs. */
export const buildName = () => readFileSync(join(root, "dist", ".spatten-built"), "utf8").slice(0, 12);

/** The official release's workloads. */
export const workloadsFolder = () => openTextFolder(join(shared, "data", "workloads"));

/** The value of a function, computed once, when it is first asked for. */
function once(compute) {
  let value;
  return () => {
    value ??= compute();
    return value;
  };
}

export const texts = once(() => {
  const file = join(shared, "data", "clinc150", "data_full.json");
  return parseClinc150(JSON.parse(readFileSync(file, "utf8")), file);
});
export const original = once(async () =>
  loadTextModel(await openFolder(join(shared, "data", "bert-clinc150"))),
);
export const bundled = once(async () => loadTextModel(await openFolder(bundledModelFolder("bert-clinc150"))));

export function preset(name) {
  return planPresets.find(({ id }) => id === name).plan;
}

/** Cascade token pruning alone: the parts of the sentence that layers 1, 2, 3 work on. */
export function tokenPlan(keepRatio, method = "spatten", seed = 0) {
  return parsePlan({
    name: `${method}-${keepRatio.join("-")}-${seed}`,
    source: "evidence",
    tokens: {
      schedule: { kind: "per-layer", keepRatio: [1, ...keepRatio] },
      ratioOf: "original",
      rounding: "ceil",
      minimumCount: 1,
      method,
      seed,
      protect: { firstCount: 1, lastCount: 0 },
    },
  });
}

/** Accuracy of a model under a plan over the texts of a split. */
export async function accuracy(model, plan, examples, onRun) {
  const loaded = await model();
  const classify = (text) => loaded.run(text, { plan, engine: referenceEngine });
  return measureAccuracy(classify, examples, onRun === undefined ? {} : { onRun });
}

/** A step that expects an exact number. */
export function exactly(id, quantity, expected, run) {
  return {
    id,
    quantity,
    expected: `expected ${expected}`,
    run: async () => {
      const ours = await run();
      return { ours: String(ours), holds: ours === expected };
    },
  };
}

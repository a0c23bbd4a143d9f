import { finish } from "../dist/base/checkpoint.js";
import { referenceEngine } from "../dist/inference/engines/engine.js";
import { recordedTensors } from "../dist/inference/recorder-tensors.js";
import { computeWorkload } from "../dist/machines/spatten/datapath/compute-workload.js";
import { spattenPresets } from "../dist/machines/spatten/presets.js";
import { parsePlan } from "../dist/pruning/plan.js";
import { readSidecar } from "../dist/workload/tensor-sidecar.js";
import { bundled, preset, texts } from "./support.mjs";

export const title =
  "the machine computes: outputs against floats and decisions against the record, bundled model, 900 test texts";

// Every fifth: six texts of each of the 150 classes.
const sample = () => texts().test.filter((_, index) => index % 5 === 0);

const strong = preset("clinc150-strong");
const widths = { queryBits: 12, mostSignificantBits: 6, leastSignificantBits: 4, valueBits: 8 };
// The paper's threshold, and one below which there are more flat queries: 0.8 % and 18 % of those in the sample.
const progressive = (maximumProbabilityThreshold) =>
  parsePlan({
    ...strong,
    name: `progressive-6+4-${maximumProbabilityThreshold}`,
    source: "evidence",
    assumptions: [],
    quantization: { kind: "progressive", ...widths, maximumProbabilityThreshold },
  });
const plans = [preset("none"), preset("clinc150-safe"), strong, progressive(0.1), progressive(0.2)];

const kinds = { token: "token top-k", head: "head top-k", value: "local value top-k", lowBits: "low bits" };
const causes = ["equalCount", "tieCount", "roundingCount", "unexplainedCount"];
const measured = new Map();

/** Figures of a plan over the test texts, computed once for all steps that ask. */
async function figuresOf(plan) {
  const known = measured.get(plan.name);
  if (known !== undefined) return known;
  const model = await bundled();
  const { parameters } = spattenPresets.find(({ id }) => id === "spatten");
  const counts = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, [0, 0, 0, 0]]));
  const figures = {
    counts,
    rmsErrors: [],
    largestRatio: 0,
    largestError: 0,
    widestGap: 0,
    recordRatio: 0,
  };
  for (const { text } of sample()) {
    const run = await model.run(text, { plan, engine: referenceEngine, captureTensors: true });
    const tensors = readSidecar(recordedTensors(run.workload, run.layers, plan), "recorded");
    const computed = finish(computeWorkload(run.workload, tensors, { parameters }));
    for (const kind of Object.keys(kinds)) {
      causes.forEach((cause, place) => {
        counts[kind][place] += computed.decisions[kind][cause];
      });
    }
    figures.rmsErrors.push(computed.relativeRmsError);
    figures.largestRatio = Math.max(figures.largestRatio, computed.errorOverBoundRatio);
    figures.recordRatio = Math.max(figures.recordRatio, computed.recordErrorOverBoundRatio);
    figures.largestError = Math.max(figures.largestError, computed.maximumAbsoluteError);
    for (const { recordedMargin, errorBound } of computed.differences) {
      figures.widestGap = Math.max(figures.widestGap, recordedMargin / errorBound);
    }
  }
  measured.set(plan.name, figures);
  return figures;
}

const percent = (part) => `${(part * 100).toFixed(2)} %`;

function stepsOf(plan) {
  const step = (id, quantity, expected, judge) => ({
    id: `${plan.name}-${id}`,
    quantity: `${plan.name}: ${quantity}`,
    expected,
    run: async () => judge(await figuresOf(plan)),
  });
  const isTaken = {
    token: plan.tokens !== undefined,
    head: plan.heads !== undefined,
    value: plan.values !== undefined,
    lowBits: plan.quantization?.kind === "progressive",
  };
  const taken = Object.entries(kinds).filter(([kind]) => isTaken[kind]);
  const outputSteps = [
    step("bound", "largest output error, of its stated bound", "at most 100 %", (figures) => ({
      ours: `${percent(figures.largestRatio)} (${figures.largestError.toPrecision(3)} absolute)`,
      holds: figures.largestRatio <= 1,
    })),
    step("error", "relative error of outputs (rms), mean and worst text", "shown", ({ rmsErrors }) => ({
      ours: `${percent(rmsErrors.reduce((sum, error) => sum + error, 0) / rmsErrors.length)}, ${percent(Math.max(...rmsErrors))}`,
      holds: null,
    })),
  ];
  if (taken.length === 0) return outputSteps;
  const causesNamed = "equal / tie of codes / within rounding / unexplained";
  return [
    ...outputSteps,
    step("record", "numbers behind decisions, largest error of its bound", "at most 100 %", (figures) => ({
      ours: percent(figures.recordRatio),
      holds: figures.recordRatio <= 1,
    })),
    ...taken.map(([kind, name]) =>
      step(kind, `${name}, ${causesNamed}`, "none unexplained", ({ counts }) => ({
        ours: counts[kind].join(" / "),
        holds: counts[kind][3] === 0,
      })),
    ),
    step(
      "gap",
      "recorded gap of a decision that differs, of its error bound",
      "at most 100 %",
      (figures) => ({
        ours: percent(figures.widestGap),
        holds: figures.widestGap <= 1,
      }),
    ),
  ];
}

export const steps = plans.flatMap(stepsOf);

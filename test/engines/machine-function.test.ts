import { beforeAll, describe, expect, it } from "vitest";
import { finish } from "../../src/base/checkpoint.ts";
import { referenceEngine } from "../../src/inference/engines/engine.ts";
import { recordedTensors } from "../../src/inference/recorder-tensors.ts";
import { loadTextModel, type TextModel } from "../../src/inference/text-model.ts";
import type { DecisionCounts } from "../../src/machines/function-report.ts";
import { computeWorkload } from "../../src/machines/spatten/datapath/compute-workload.ts";
import { spattenPresets } from "../../src/machines/spatten/presets.ts";
import { openFolder } from "../../src/platform/node/folder.ts";
import { bundledModelFolder } from "../../src/platform/node/installation.ts";
import { type PruningPlan, parsePlan } from "../../src/pruning/plan.ts";
import { planPresets } from "../../src/pruning/presets.ts";
import { readSidecar } from "../../src/workload/tensor-sidecar.ts";

const TEXTS = [
  "what is the weather like in paris tomorrow",
  "could you please tell me how much money i have left in my savings account after paying the rent",
  "set an alarm for seven in the morning",
  "how do you say good night in french",
  "i lost my credit card somewhere between the airport and the hotel, what should i do now",
];

function preset(name: string): PruningPlan {
  return planPresets.find(({ id }) => id === name)!.plan;
}

const progressive = parsePlan({
  ...preset("clinc150-strong"),
  name: "progressive",
  source: "test",
  quantization: {
    kind: "progressive",
    queryBits: 12,
    mostSignificantBits: 6,
    leastSignificantBits: 4,
    valueBits: 8,
    maximumProbabilityThreshold: 0.2,
  },
});

describe("the machine computes real sentences of the bundled model", () => {
  let model: TextModel;
  beforeAll(async () => {
    model = await loadTextModel(await openFolder(bundledModelFolder("bert-clinc150")));
  });

  // The error limits are those of the widths: 12 bits, 8 bits, and 6 of K where the low bits were not fetched.
  it.each([
    [preset("none"), 0.003],
    [preset("clinc150-safe"), 0.015],
    [preset("clinc150-strong"), 0.015],
    [progressive, 0.025],
  ])("under plan $name: outputs within bound, decisions as recorded or explained", async (plan, limit) => {
    const isRankingTokens = plan.tokens !== undefined;
    for (const text of TEXTS) {
      const run = await model.run(text, { plan, engine: referenceEngine, captureTensors: true });
      const tensors = readSidecar(recordedTensors(run.workload, run.layers, plan), "recorded");
      for (const { parameters } of spattenPresets) {
        const computed = finish(computeWorkload(run.workload, tensors, { parameters }));
        expect(computed.errorOverBoundRatio).toBeLessThanOrEqual(1);
        expect(computed.recordErrorOverBoundRatio).toBeLessThanOrEqual(1);
        expect(computed.relativeRmsError).toBeLessThan(limit);
        const { token, head, value, lowBits } = computed.decisions;
        for (const counts of [token, head, value, lowBits]) expect(counts.unexplainedCount).toBe(0);
        // Two tokens of one sentence lie closer together than 80 rounded probabilities can tell.
        expect(token.equalCount).toBeGreaterThanOrEqual(isRankingTokens ? 2 : 0);
        expect(head.equalCount).toBe(plan.heads === undefined ? 0 : 1);
        expect(differentCount(lowBits)).toBe(0);
        // Codes of 12 bits cannot tell probabilities of less than 1/2047 apart.
        expect(differentCount(value)).toBeLessThan(0.15 * (value.equalCount + 1));
        if (plan === progressive) expect(lowBits.equalCount).toBeGreaterThan(20);
      }
    }
  });
});

function differentCount({ tieCount, roundingCount, unexplainedCount }: DecisionCounts): number {
  return tieCount + roundingCount + unexplainedCount;
}

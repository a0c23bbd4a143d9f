// The engine's arithmetic `spatten` and the machine's units are two ways to the same numbers.
import { describe, expect, it } from "vitest";
import { prunedParts, valueParts } from "../../../../test/support/plan-parts.ts";
import { tinyBert, tinyIds, tinyShapeAt } from "../../../../test/support/tiny-bert.ts";
import { finish, neverRest } from "../../../base/checkpoint.ts";
import { createRandom } from "../../../base/random.ts";
import { referenceEngine } from "../../../inference/engines/engine.ts";
import { attendHeadInCodes } from "../../../inference/engines/reference/code-head.ts";
import { operandBitsOf } from "../../../inference/operand-bits.ts";
import { recordWorkload } from "../../../inference/recorder.ts";
import { recordedTensors } from "../../../inference/recorder-tensors.ts";
import { loadOperands, outputStepOf } from "../../../pruning/head-operands.ts";
import { pruningMethods } from "../../../pruning/methods/registry.ts";
import { parsePlan } from "../../../pruning/plan.ts";
import { readSidecar } from "../../../workload/tensor-sidecar.ts";
import { spattenPresets } from "../presets.ts";
import { computeWorkload } from "./compute-workload.ts";
import { drawMatrix } from "./head-samples.reference.ts";
import { computeOutput, computeProbabilities } from "./query.ts";
import { createUnits } from "./units.ts";

const { parameters } = spattenPresets[0]!;
const threshold = 0.3;
const progressive = { kind: "progressive", queryBits: 12, mostSignificantBits: 6, leastSignificantBits: 4 };
const quantizations = [
  ["12 bits", undefined],
  ["8 bits", { kind: "static", queryBits: 8, keyBits: 8, valueBits: 8 }],
  ["6 bits", { kind: "static", queryBits: 12, keyBits: 6, valueBits: 6 }],
  ["6 + 4 bits", { ...progressive, valueBits: 8, maximumProbabilityThreshold: threshold }],
] as const;
const planOf = (quantization: object | undefined, more: object) =>
  parsePlan({ name: "tiny", source: "test", ...more, ...(quantization && { quantization }) });

describe.each(quantizations)("arithmetic spatten at %s", (_, quantization) => {
  it("gives the codes of the machine's units from the same Q, K and V", async () => {
    const plan = planOf(quantization, { values: valueParts(0.6) });
    const units = createUnits(parameters, { lowBitsBelowProbability: threshold, subtractsMaximum: false });
    let refetched = 0;
    for (let seed = 0; seed < 30; seed++) {
      const random = createRandom(seed);
      const dimension = [4, 8, 64][seed % 3]!;
      const rows = 1 + random.integer(20);
      const draw = (largest: number) => drawMatrix(random, rows * dimension, largest);
      const floats = { query: draw(2), key: draw(1.5), value: draw(seed === 0 ? 0 : 3) };
      const found = await attendHeadInCodes({ ...floats, rows, dimension, plan, checkpoint: neverRest });
      const operands = loadOperands(floats, operandBitsOf(plan), 12);
      const outputStep = outputStepOf(operands, 12);
      for (let query = 0; query < rows; query++) {
        const expected = computeProbabilities(units, operands, dimension, query);
        const codes = found.probabilities.subarray(query * rows, (query + 1) * rows);
        expect(codes).toEqual(Float32Array.from(expected.codes));
        expect(found.maximumProbability[query]).toBe(expected.highBitsLargestCode / 2047);
        expect(found.refetchedQueries.includes(query)).toBe(expected.needsLowBits);
        if (expected.needsLowBits) refetched++;
        const kept = found.valuesPerQuery[query]!;
        const output = computeOutput(units, operands, dimension, expected.codes, kept, outputStep);
        expect(found.output.subarray(query * dimension, (query + 1) * dimension)).toEqual(
          Float32Array.from(output.codes, (code) => code * outputStep),
        );
      }
    }
    expect(refetched > 0).toBe(quantization?.kind === "progressive");
  });

  it("takes every decision of a run as the machine takes it", async () => {
    const plan = planOf(quantization, prunedParts);
    for (let seed = 0; seed < 10; seed++) {
      const { layers } = await referenceEngine.runEncoder(tinyBert(seed), {
        ...{ input: { kind: "tokens", ids: tinyIds }, plan, captureTensors: true, arithmetic: "spatten" },
        methods: pruningMethods,
        checkpoint: neverRest,
      });
      const workload = recordWorkload(tinyShapeAt(tinyIds.length), plan, layers, "spatten");
      const tensors = readSidecar(recordedTensors(workload, layers, plan), "tiny.safetensors");
      const { differences, decisions } = finish(computeWorkload(workload, tensors, { parameters }));
      expect(differences).toEqual([]);
      expect([decisions.token.equalCount, decisions.head.equalCount]).toEqual([2, 1]);
      expect(workload.header.assumptions.join()).toContain("machine's number formats");
    }
  });
});

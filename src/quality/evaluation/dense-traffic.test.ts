import { describe, expect, it } from "vitest";
import { createSpatten } from "../../index.ts";
import { parsePlan } from "../../pruning/plan.ts";
import type { AttentionJob } from "../../workload/attention-workload.ts";
import { float32DramBytes, sameBitsDramBytes } from "./dense-traffic.ts";

const spatten = createSpatten();
const planOf = (quantization: object) => parsePlan({ name: "bits", source: "test", quantization });

describe("bytes of a dense run at other widths", () => {
  it.each([
    [
      { kind: "static", queryBits: 8, keyBits: 6, valueBits: 5 },
      { queryBits: 8, keyBits: 6, valueBits: 5 },
    ],
    [
      { kind: "static", queryBits: 16, keyBits: 4, valueBits: 16 },
      { queryBits: 12, keyBits: 4, valueBits: 12 },
    ],
    [
      {
        ...{ kind: "progressive", queryBits: 8, valueBits: 7, maximumProbabilityThreshold: 0.1 },
        ...{ mostSignificantBits: 6, leastSignificantBits: 4 },
      },
      { queryBits: 8, keyBits: 10, valueBits: 7 },
    ],
  ])("are those of the same jobs with these widths: %j", async (quantization, widths) => {
    const model = await spatten.load();
    const { workload } = await model.run("what is the weather like in paris", { plan: "none" });
    const { bytes } = await spatten.simulate(workload);
    const operandDramBytes = { query: bytes.query, key: bytes.key + bytes.keyLsb, value: bytes.value };
    const jobs = workload.jobs.map((job) => ({ ...(job as AttentionJob), ...widths }));
    const narrow = await spatten.simulate({ ...workload, jobs });
    const dense = { dramBytes: bytes.total, operandDramBytes };
    expect(sameBitsDramBytes(dense, planOf(quantization))).toBeCloseTo(narrow.bytes.total, 6);
    expect(sameBitsDramBytes(dense, parsePlan({ name: "float", source: "test" }))).toBe(bytes.total);
    expect(float32DramBytes(dense)).toBeCloseTo((bytes.total * 32) / 12, 6);
  });
});

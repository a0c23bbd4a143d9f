import { describe, expect, it } from "vitest";
import { createSpatten } from "../../index.ts";
import type { AttentionWorkload } from "../../workload/attention-workload.ts";
import { rememberedPrice } from "./remembered-price.ts";

const spatten = createSpatten();

describe("a remembered price", () => {
  it("is the price itself, asked for once for equal counts", async () => {
    const model = await spatten.load();
    const asked: AttentionWorkload[] = [];
    const price = async (workload: AttentionWorkload) => {
      asked.push(workload);
      const { bytes, cycles, energyPicojoules } = await spatten.simulate(workload);
      const operandDramBytes = { query: bytes.query, key: bytes.key, value: bytes.value };
      return {
        ...{ attentionOperations: 0, dramBytes: bytes.total, operandDramBytes, cycles },
        energyPicojoules: energyPicojoules.total,
      };
    };
    // Two texts of one length keep other words under this plan; the third is longer.
    const texts = ["book a table for two", "tell me a joke now", "what is the weather like in paris"];
    const runs = [];
    for (const text of texts) runs.push(await model.run(text, { plan: "clinc150-safe" }));
    const remembered = rememberedPrice(price);
    const prices = [];
    for (const { workload } of runs) prices.push(await remembered(workload));
    expect(asked).toHaveLength(2);
    for (const [index, { workload }] of runs.entries()) expect(prices[index]).toEqual(await price(workload));
  });
});

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
    const { tokens } = spatten.plan("clinc150-safe");
    const plan = { name: "tokens", source: "test", tokens: tokens! };
    const texts = ["book a table", "what is this", "how are you", "what is the weather like in paris"];
    const runs = [];
    for (const text of texts) runs.push(await model.run(text, { plan }));
    const lengths = new Set(runs.map((run) => run.tokens.length));
    expect(lengths.size).toBeLessThan(texts.length);
    const remembered = rememberedPrice(price);
    const prices = [];
    for (const { workload } of runs) prices.push(await remembered(workload));
    expect(asked).toHaveLength(lengths.size);
    for (const [index, { workload }] of runs.entries()) expect(prices[index]).toEqual(await price(workload));
  });
});

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
    const remembered = rememberedPrice(price);
    // Two texts of one length, and a longer one.
    const texts = ["book a table for two", "tell me a joke now", "what is the weather like in paris"];
    for (const plan of ["none", "clinc150-safe", "clinc150-values"]) {
      asked.length = 0;
      for (const text of texts) {
        const { workload } = await model.run(text, { plan });
        expect(await remembered(workload)).toEqual(await price(workload));
      }
      // Each text once for itself; dense runs of one length are one, pruned ones may keep other heads.
      if (plan === "none") expect(asked.length).toBe(3 + 2);
    }
  });
});

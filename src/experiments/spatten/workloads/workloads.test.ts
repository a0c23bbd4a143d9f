import { expect, it } from "vitest";
import { workloadStatistics } from "../../../workload/statistics.ts";
import { checkWorkload } from "../../../workload/workload-checks.ts";
import { promptWorkload } from "./prompt.ts";
import { transformerBase, translationWorkload } from "./translation.ts";

it("make a translation and a prompt that pass the checks, with every weight and every pair of tokens", () => {
  const shape = { ...transformerBase, encoderLayerCount: 2, decoderLayerCount: 3 };
  for (const part of ["encoder", "decoder"] as const) {
    for (const [sourceCount, targetCount] of [
      [5, 9],
      [9, 5],
    ] as const) {
      const request = { part, shape, sourceCount, targetCount };
      const whole = translationWorkload({ ...request, weightBits: 8 });
      checkWorkload(whole, part);
      const attention = translationWorkload(request);
      checkWorkload(attention, part);
      expect(attention.jobs).toEqual(whole.jobs.filter(({ kind }) => kind === "attention"));
      const weights = whole.jobs.flatMap((job) =>
        job.kind === "fully-connected" ? [job.vectorCount * job.rows * job.columns] : [],
      );
      const products = weights.reduce((sum, count) => sum + count, 0);
      // Per layer 4 and 2 × 4 squares of the width; of the decoder 6, its K and V of the source being the encoder's.
      const square = shape.width ** 2;
      const expected =
        part === "encoder" ? sourceCount * (2 * 12 + 3 * 2) * square : targetCount * 3 * (4 + 2 + 8) * square;
      expect(products).toBe(expected);
    }
  }
  const prompt = promptWorkload({ model: "gpt2-small", tokenCount: 7, weightBits: 8 });
  checkWorkload(prompt, "prompt");
  expect(workloadStatistics(prompt).keyAndValueReductionRatio).toBe(1);
});

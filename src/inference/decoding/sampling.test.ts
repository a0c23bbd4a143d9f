import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/random.ts";
import { drawToken, requireSampling, type Sampling } from "./sampling.ts";

const logits = Float32Array.of(1, 3, 2, 3, -1);
const drawn = (sampling: Sampling, count = 4000) => {
  const random = createRandom(1);
  const counts = new Map<number, number>();
  for (let draw = 0; draw < count; draw++) {
    const { id } = drawToken(logits, sampling, random);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
};

describe("drawing a token", () => {
  it("is the likeliest, the first of equals, where nothing else is asked", () => {
    expect([...drawn({}).keys()]).toEqual([1]);
    expect([...drawn({ temperature: 0, topK: 3 }).keys()]).toEqual([1]);
    expect(drawn({ topK: 2 })).toEqual(drawn({ temperature: 1, topK: 2 }));
    expect(drawn({ topP: 0.5 })).toEqual(drawn({ temperature: 1, topP: 0.5 }));
  });

  it("follows the softmax at that temperature", () => {
    for (const temperature of [0.5, 1, 2]) {
      const counts = drawn({ temperature });
      const weights = Array.from(logits, (logit) => Math.exp(logit / temperature));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      weights.forEach((weight, id) => {
        const [expected, got] = [weight / total, (counts.get(id) ?? 0) / 4000];
        // Four standard deviations of that many draws.
        expect(Math.abs(got - expected)).toBeLessThan(
          4 * Math.sqrt((expected * (1 - expected)) / 4000) + 1e-9,
        );
      });
    }
  });

  it("stays among the likeliest by number and by probability", () => {
    expect([...drawn({ temperature: 1, topK: 2 }).keys()].sort()).toEqual([1, 3]);
    expect([...drawn({ temperature: 1, topP: 0.5 }).keys()].sort()).toEqual([1, 3]);
    expect([...drawn({ temperature: 1, topP: 1e-6 }).keys()]).toEqual([1]);
    expect([...drawn({ temperature: 1, topK: 3, topP: 0.9999 }).keys()].sort()).toEqual([1, 2, 3]);
  });

  it("tells the probability among all tokens, whatever was cut", () => {
    const lists = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(lists, fc.nat(99), (list, seed) => {
        const values = Float32Array.from(list);
        const { id, logProbability } = drawToken(values, { temperature: 1, topK: 5 }, createRandom(seed));
        const total = values.reduce((sum, value) => sum + Math.exp(value), 0);
        expect(logProbability).toBeCloseTo(values[id]! - Math.log(total), 6);
      }),
    );
  });

  it.each([
    [{ temperature: -1 }, "temperature"],
    [{ temperature: Number.NaN }, "temperature"],
    [{ topK: 0 }, "top-k"],
    [{ topK: 1.5 }, "top-k"],
    [{ topP: 0 }, "top-p"],
    [{ topP: 1.1 }, "top-p"],
  ])("refuses %j", (sampling, message) => {
    expect(() => requireSampling(sampling)).toThrow(message);
  });

  it("refuses logits that are no numbers", () => {
    expect(() => drawToken(Float32Array.of(1, Number.NaN), {}, createRandom(0))).toThrow(
      "not a finite number",
    );
  });
});

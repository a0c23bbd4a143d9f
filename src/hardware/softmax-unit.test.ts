import { describe, expect, it } from "vitest";
import { EXPONENTIAL_RELATIVE_ERROR } from "../base/arithmetic/exponential.ts";
import { createRandom } from "../base/random.ts";
import { softmaxLatencyCycles } from "./softmax-parameters.ts";
import { clockedSoftmax } from "./softmax-timing.reference.ts";
import { SoftmaxTiming } from "./softmax-timing.ts";
import { probabilitiesReference } from "./softmax-unit.reference.ts";
import { SoftmaxUnit } from "./softmax-unit.ts";
import { countedCycles } from "./unit-counters.ts";

describe("the softmax unit", () => {
  it("comes within half a code and its exponential's error of a float64 softmax, on 10,000 queries", () => {
    const random = createRandom(21);
    for (let run = 0; run < 10_000; run++) {
      const unit = new SoftmaxUnit({
        parallelism: 1 + random.integer(9),
        subtractsMaximum: random.next() < 0.5,
      });
      const scores = Float64Array.from({ length: 1 + random.integer(40) }, () => random.integer(2e6) - 1e6);
      const scale = random.next() * 3e-5;
      const codes = unit.probabilities(scores, scale);
      const expected = probabilitiesReference(scores, scale);
      // float32 scores of up to 30 are off by 2e-6, which the exponential hands on.
      const tolerance = 0.5 / 2047 + 2 * EXPONENTIAL_RELATIVE_ERROR + 8e-6;
      for (const [key, code] of codes.entries()) {
        if (!(Math.abs(code / 2047 - expected[key]!) < tolerance)) {
          expect.fail(`run ${run}: code ${code} for a probability of ${expected[key]}`);
        }
      }
      expect(unit.events.divisions).toBe(scores.length);
    }
  });

  it("says what to do where the exponentials overflow, as they can without a maximum", () => {
    const scores = Float64Array.of(100, 0);
    expect(() => new SoftmaxUnit().probabilities(scores, 1)).toThrow("set subtractsMaximum");
    expect(new SoftmaxUnit({ subtractsMaximum: true }).probabilities(scores, 1)).toEqual(
      Int16Array.of(2047, 0),
    );
  });
});

describe("the time of the softmax", () => {
  it("is 87 cycles and a query's lines, as the official behavioural model has it", () => {
    const timing = new SoftmaxTiming();
    expect(softmaxLatencyCycles(timing.parameters)).toBe(87);
    const lines = timing.linesOf(128);
    const { firstInCycle, firstOutCycle } = timing.admit(Array.from({ length: lines }, (_, line) => line));
    expect(firstOutCycle - firstInCycle + 1).toBe(87 + lines);
  });

  it("equals a pipeline clocked every cycle on 10,000 random runs of queries", () => {
    const random = createRandom(22);
    for (let run = 0; run < 10_000; run++) {
      const latency = () => random.integer(5);
      const fifoDepthLines = 1 + random.integer(6);
      const timing = new SoftmaxTiming({
        fifoDepthLines,
        dequantizeCycles: latency(),
        exponentialCycles: latency(),
        accumulateCycles: latency(),
        divideCycles: latency(),
        quantizeCycles: latency(),
      });
      let ready = random.integer(3);
      const queries = Array.from({ length: 1 + random.integer(5) }, () =>
        Array.from({ length: 1 + random.integer(fifoDepthLines) }, () => {
          ready += random.next() < 0.6 ? random.integer(2) : random.integer(8);
          return ready;
        }),
      );
      const passages = queries.map((readyCycles) => timing.admit(readyCycles));
      expect(passages).toEqual(clockedSoftmax(timing.parameters, queries));
      expect(countedCycles(timing.counters)).toBe(passages.at(-1)!.lastInCycle + 1);
    }
  });

  it("holds a query of 1024 keys, stalls the next one for its sum, and refuses more", () => {
    const timing = new SoftmaxTiming();
    const readyAtOnce = (lines: number) => new Float64Array(lines);
    timing.admit(readyAtOnce(128));
    timing.admit(readyAtOnce(128));
    expect(timing.counters.stallCycles).toEqual({ starved: 0, fifoFull: 23 });
    expect(() => timing.admit(readyAtOnce(129))).toThrow(
      "got 129 lines; expected at most 128, which is 1024",
    );
  });
});

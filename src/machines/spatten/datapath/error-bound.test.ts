import { expect, test } from "vitest";
import { finish } from "../../../base/checkpoint.ts";
import { createRandom } from "../../../base/random.ts";
import { spattenPresets } from "../presets.ts";
import { computeWorkload } from "./compute-workload.ts";
import { probabilityErrorBound, scoreErrorBound, totalProbabilityErrorBound } from "./error-bound.ts";
import { drawHead } from "./head-samples.reference.ts";

const WIDTHS = [4, 6, 8, 10, 12] as const;

test("outputs come within their bound of attention in floats, for random Q, K, V at any width", () => {
  const random = createRandom(31);
  for (let run = 0; run < 1500; run++) {
    const { parameters } = spattenPresets[run % 2]!;
    const [queryCount, keyCount] = [1 + random.integer(4), 1 + random.integer(24)];
    const width = () => WIDTHS[random.integer(WIDTHS.length)]!;
    const keyLsbBits = run % 3 === 0 ? 4 : 0;
    const job = {
      ...{ queryCount, keyCount, keyLsbBits, queryBits: width(), valueBits: width() },
      keyBits: keyLsbBits > 0 ? WIDTHS[random.integer(3)]! : width(),
      valueCount: keyCount,
      valuesPerQuery: 1 + random.integer(keyCount),
      refetchedQueries: Array.from({ length: queryCount }, (_, query) => query).filter(
        () => keyLsbBits > 0 && random.next() < 0.5,
      ),
    };
    const dimension = [1, 4, 32, 64][random.integer(4)]!;
    const { workload, tensors } = drawHead(
      random,
      dimension,
      0.1 + 2 * random.next(),
      job,
      keyLsbBits > 0 ? 0.3 : undefined,
    );
    const computed = finish(computeWorkload(workload, tensors, { parameters }));
    expect(
      computed.errorOverBoundRatio,
      `run ${run}, D = ${dimension}, ${JSON.stringify(job)}`,
    ).toBeLessThanOrEqual(1);
  }
});

test("queries of 4 bits against two keys of one element need three quarters of the bound, so that it is no empty one", () => {
  const random = createRandom(32);
  const widths = { queryBits: 4, keyBits: 12, keyLsbBits: 0, valueBits: 12 };
  let largest = 0;
  for (let run = 0; run < 200; run++) {
    const job = { queryCount: 8, keyCount: 2, valueCount: 2, ...widths };
    const { workload, tensors } = drawHead(random, 1, 0.7, job);
    const computed = finish(
      computeWorkload(workload, tensors, { parameters: spattenPresets[0]!.parameters }),
    );
    largest = Math.max(largest, computed.errorOverBoundRatio);
  }
  expect(largest).toBeGreaterThan(0.75);
});

test("at 12 bits with 20 keys of 32 elements within ±1, the bound is below 1 % of the largest value", () => {
  const random = createRandom(33);
  const job = {
    queryCount: 20,
    keyCount: 20,
    valueCount: 20,
    valuesPerQuery: 20,
    keyBits: 12,
    keyLsbBits: 0,
  };
  const { workload, tensors } = drawHead(random, 32, 1, job);
  const computed = finish(computeWorkload(workload, tensors, { parameters: spattenPresets[0]!.parameters }));
  expect(computed.errorBound).toBeLessThan(0.01);
  expect(computed.maximumAbsoluteError).toBeGreaterThan(0);
});

test("each bit less of a key doubles its part of the bound, and missing low bits count like fewer bits", () => {
  const input = {
    ...{ dimension: 64, queryMagnitude: 30, keyMagnitude: 30, largestScore: 5 },
    ...{ queryStep: 0, keyStep: 2 ** -8, missingLowBits: 0 },
  };
  const arithmetic = scoreErrorBound({ ...input, keyStep: 0 });
  const part = (changes: Partial<typeof input>) => scoreErrorBound({ ...input, ...changes }) - arithmetic;
  expect(part({ keyStep: 2 ** -7 })).toBeCloseTo(2 * part({}), 12);
  expect(part({ missingLowBits: 4 })).toBeCloseTo(part({ keyStep: 2 ** -4 }), 12);
});

test("probabilities whose scores are exact are off by half a code, and by tanh(d / 2) where scores are off by d", () => {
  const shape = { keyCount: 16, softmaxParallelism: 8, largestProbabilityCode: 2047 };
  expect(probabilityErrorBound({ ...shape, scoreError: 0 }, 0.5)).toBeCloseTo(0.5 / 2047, 6);
  for (const scoreError of [0.01, 0.3, 2]) {
    const logit = (probability: number) => Math.log(probability / (1 - probability));
    for (const probability of [0.001, 0.2, 0.5, 0.9]) {
      // The worst case in closed form: this key's score d too high, all others d too low.
      const worst = 1 / (1 + Math.exp(-logit(probability) - 2 * scoreError)) - probability;
      expect(worst).toBeLessThanOrEqual(probabilityErrorBound({ ...shape, scoreError }, probability));
      expect(2 * worst).toBeLessThanOrEqual(totalProbabilityErrorBound({ ...shape, scoreError }, 16));
    }
  }
});

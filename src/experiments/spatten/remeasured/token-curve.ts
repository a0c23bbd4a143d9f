import { loadDecoder, openKernels } from "../../../inference/decoder.ts";
import { type PruningPlan, parsePlan } from "../../../pruning/plan.ts";
import { cachePolicies } from "../../../pruning/policies/registry.ts";
import { usualBootstrap } from "../../../quality/metrics/bootstrap.ts";
import { comparePolicies, type PolicyFigures } from "../../../quality/perplexity/policy-comparison.ts";
import { type PlanNats, planNats } from "../../../quality/perplexity/window-nats.ts";
import { windowRows } from "../../../quality/perplexity/window-rows.ts";
import type { Remeasurement } from "../../ledger/remeasurement.ts";
import { remeasuredDecoder, tokenCurveResult } from "./needs.ts";
import { spreadOver } from "./spread-over.ts";
import { changeName, largestWithoutLoss, NEWEST_TOKENS, newestName, tokenCurveRatios } from "./trade-off.ts";

const WINDOW_TOKENS = 1023;
const WINDOW_COUNT = 2;
const BITS = 12;
const PERCENT = 100;
const FLOAT_BYTES = 4;

/** Part of the layers that keeps all tokens, and how far the ends lie from the mean of the others (section III). */
const SCHEDULE = { unprunedLayersRatio: 0.15, unprunedLayersRounding: "round", spread: 0.5 } as const;

/** Token pruning of 1 in `ratio`, on the mean of the pruned layers, at static 12 bits. */
function planOf(ratio: number, newestCount: number): PruningPlan {
  const { spread, ...layers } = SCHEDULE;
  return parsePlan({
    name: `ratio ${ratio}, newest ${newestCount} kept`,
    source: "SpAtten (HPCA 2021), Fig 21: token pruning alone, static 12 bits",
    ...(ratio === 1
      ? {}
      : {
          tokens: {
            schedule: {
              kind: "linear",
              ...{ averageKeepRatio: 1 / ratio, startKeepRatio: (1 + spread) / ratio, ...layers },
            },
            ...{
              ratioOf: "original",
              rounding: "round",
              minimumCount: 1,
              method: "spatten",
              cache: "select",
            },
            protect: { firstCount: 0, lastCount: newestCount },
          },
        }),
    quantization: { kind: "static", queryBits: BITS, keyBits: BITS, valueBits: BITS },
  });
}

/** Fig 21, left, on our decoder: how perplexity changes with the reduction of tokens. */
export const remeasuredTokenCurve: Remeasurement = {
  ...tokenCurveResult,
  title: "Perplexity against the reduction of tokens",
  run: async ({ openModel, openDataset, engine, checkpoint, onProgress }) => {
    const decoder = await loadDecoder(await openModel(remeasuredDecoder.name));
    const dataset = await openDataset(remeasuredDecoder.text);
    const protocol = { windowTokenCount: WINDOW_TOKENS, begin: "auto" } as const;
    const rows = await windowRows(decoder, await dataset.readSplit("test"), protocol, checkpoint);
    const plans = [
      planOf(1, 1),
      ...[1, NEWEST_TOKENS].flatMap((newest) => tokenCurveRatios.map((ratio) => planOf(ratio, newest))),
    ];
    const windows = spreadOver(rows, WINDOW_COUNT);
    const kernels = await openKernels(engine, decoder.model);
    try {
      const scored = { model: decoder.model, kernels };
      const results: PlanNats[][] = [];
      for (const [index, { ids, promptCount }] of windows.entries()) {
        const onToken = (done: number) =>
          onProgress?.({ stage: `tokens of window ${index + 1}`, done, total: ids.length - promptCount });
        const options = { policies: cachePolicies, checkpoint, onToken };
        results.push(await planNats(scored, ids, promptCount, plans, options));
      }
      const rowBytes = decoder.model.shape.headDimension * FLOAT_BYTES;
      const figures = comparePolicies(results, rowBytes, usualBootstrap);
      return {
        on: `${remeasuredDecoder.name} (GPT-2 layout, 6 layers of 12 heads of 16), not fine-tuned, ${windows.length} windows of ${WINDOW_TOKENS} tokens of ${remeasuredDecoder.text}, the second half of each fed token by token; ratios on the mean of the layers behind the first`,
        values: valuesOf(figures),
        notes: [
          "change in percent: 100 · (1 - perplexity / that of ratio 1)",
          "the first 15 % of the layers read all tokens, the others 1 in ratio on average, from 1.5 to 0.5 of that; the prompt is worked on whole; static 12 bits throughout",
          `newest-${NEWEST_TOKENS}: the same, but that the newest ${NEWEST_TOKENS} tokens always stay`,
          "the paper fine-tunes after pruning; here nothing was trained",
          ...figures.map((row) => lineOf(row)),
        ],
      };
    } finally {
      await kernels.close();
    }
  },
};

function valuesOf([whole, ...others]: readonly PolicyFigures[]): Readonly<Record<string, number>> {
  const changes = others.map(({ nats }) => PERCENT * (1 - Math.exp(nats - whole!.nats)));
  const curve = (first: number) =>
    tokenCurveRatios.map((ratio, index) => ({ ratio, change: changes[first + index]! }));
  const [own, newest] = [curve(0), curve(tokenCurveRatios.length)];
  return {
    "perplexity-1": Math.exp(whole!.nats),
    ...Object.fromEntries(own.map(({ ratio, change }) => [changeName(ratio), change])),
    "largest-without-loss": largestWithoutLoss(own),
    ...Object.fromEntries(newest.map(({ ratio, change }) => [newestName(changeName(ratio)), change])),
    [newestName("largest-without-loss")]: largestWithoutLoss(newest),
  };
}

function lineOf({ plan, tokenCount, nats, difference, fetchedRowRatio }: PolicyFigures): string {
  const interval = [difference.low, difference.high].map((nat) => nat.toFixed(4)).join(" to ");
  return `${plan.name}: ${nats.toFixed(4)} nats a token over ${tokenCount} tokens, ${difference.value.toFixed(4)} above (95 %: ${interval}); ${(PERCENT * fetchedRowRatio).toFixed(1)} % of the rows of K read`;
}

import { lookUp } from "../../../base/registry.ts";
import {
  type AttentionCall,
  attentionCalls,
  attentionCallWork,
} from "../../../machines/platforms/attention-calls.ts";
import { anchorHeader } from "../../../machines/platforms/call-costs.ts";
import { platformPresets } from "../../../machines/platforms/presets.ts";
import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { Measured, MeasuredReport } from "../../ledger/measurement.ts";
import type { NamedWorkload } from "../../ledger/named-workloads.ts";
import type { Ours, OursById } from "../../ledger/ours.ts";
import { GENERATED_TOKENS } from "../absolute-anchors.ts";
import { FIGURE_2, figure2Platforms, figure2Rows, figure2UnitOf } from "../published/figure-2.ts";
import { computed } from "./computed.ts";

const MODEL = "gpt2-medium";
const PROMPT_TOKENS = 992;

/** Attention of GPT-2-Medium as every task of the paper runs it on a platform. */
export const denseAttention = (generatedCount = GENERATED_TOKENS): NamedWorkload => ({
  kind: "benchmark",
  id: `${MODEL}-wikitext2`,
  variant: "dense",
  assume: { generatedCount },
});

/** Its fully connected layers; the width of weights means nothing to a machine of floats. */
export const denseWeights: NamedWorkload = {
  kind: "fully-connected",
  ...{ model: MODEL, tokenCount: GENERATED_TOKENS, weightBits: 8 },
};

/** Fig 2 and the numbers of the introduction. */
export const figure2Experiment: Experiment = {
  id: "figure-2",
  title: "Where GPT-2-Medium spends its time on general-purpose platforms",
  source: FIGURE_2,
  published: figure2Rows,
  ours: async (laboratory) => {
    const platforms = await Promise.all(figure2Platforms.map((id) => timesOf(laboratory, id)));
    return {
      ...Object.assign({}, ...platforms),
      ...(await partsOf(laboratory)),
      ...(await introduction(laboratory)),
    };
  },
};

async function timesOf(
  laboratory: Laboratory,
  platform: (typeof figure2Platforms)[number],
): Promise<OursById> {
  const [attention, others] = await Promise.all(
    [denseAttention(), denseWeights].map((workload) => laboratory.measure({ machine: platform, workload })),
  );
  const [attentionSeconds, otherSeconds] = [attention!.report.seconds, others!.report.seconds];
  const scale = figure2UnitOf(platform) === "ms" ? 1e3 : 1;
  const both = [...attention!.hingesOn.seconds, ...others!.hingesOn.seconds];
  const on = `${platform} on ${attention!.report.workload}`;
  return {
    [`figure-2-attention-${platform}`]: computed(scale * attentionSeconds, on, attention!.hingesOn.seconds),
    [`figure-2-others-${platform}`]: computed(
      scale * otherSeconds,
      `${platform} on ${others!.report.workload}`,
      others!.hingesOn.seconds,
    ),
    [`figure-2-share-${platform}`]: computed(
      (100 * attentionSeconds) / (attentionSeconds + otherSeconds),
      `${on}, and its fully connected layers`,
      both,
    ),
  };
}

async function partsOf(laboratory: Laboratory): Promise<OursById> {
  const { report, hingesOn } = await laboratory.measure({ machine: "titan-xp", workload: denseAttention() });
  const percent = callPercents(laboratory, report);
  const row = (value: number): Ours => computed(value, `titan-xp on ${report.workload}`, hingesOn.seconds);
  const products = percent.queryKey + percent.probabilityValue;
  return {
    "figure-2-part-reshape": row(percent.reshape),
    "figure-2-part-softmax": row(percent.softmax),
    "figure-2-part-query-key": row(percent.queryKey),
    "figure-2-part-probability-value": row(percent.probabilityValue),
    "figure-2-part-multiplications": row(products),
    "figure-2-part-data-movement": row(percent.reshape + percent.softmax),
  };
}

/** Each part with its own launches, which the report adds up in one place. */
function callPercents(
  { anchors }: Laboratory,
  { units, cycles }: MeasuredReport,
): Readonly<Record<AttentionCall, number>> {
  const { callCounts } = lookUp(platformPresets(anchors), "titan-xp", "machine preset").parameters;
  const allCalls = attentionCalls.reduce((sum, call) => sum + callCounts[call], 0);
  const launchCycles = units.launches?.busyCycles ?? 0;
  const percents = attentionCalls.map((call) => {
    const launched = (launchCycles * callCounts[call]) / allCalls;
    return [call, (100 * (units[call]!.busyCycles + launched)) / cycles];
  });
  return Object.fromEntries(percents) as Readonly<Record<AttentionCall, number>>;
}

async function introduction(laboratory: Laboratory): Promise<OursById> {
  const thirty = async (machine: string): Promise<Measured> =>
    laboratory.measure({ machine, workload: denseAttention(30) });
  const [xp, pi] = await Promise.all(["titan-xp", "raspberry-pi-4"].map(thirty));
  const [onXp, onXeon, onNano] = await Promise.all(
    figure2Platforms.map((id) => generationShare(laboratory, id)),
  );
  const { operations, bytes } = attentionCallWork(anchorHeader(GENERATED_TOKENS), 0, 4).queryKey;
  return {
    "figure-2-thirty-tokens-titan-xp": computed(
      1e3 * xp!.report.seconds,
      `titan-xp on ${xp!.report.workload}, 30 tokens`,
      xp!.hingesOn.seconds,
      { note: "the same run as the 366.7 ms of 32 tokens, it seems" },
    ),
    "figure-2-thirty-tokens-raspberry-pi-4": computed(
      pi!.report.seconds,
      `raspberry-pi-4 on ${pi!.report.workload}, 30 tokens`,
      pi!.hingesOn.seconds,
    ),
    "figure-2-generation-share": computed(
      onXp!.percent,
      `titan-xp on GPT-2-Medium whole: a prompt of ${PROMPT_TOKENS}, then ${GENERATED_TOKENS} tokens`,
      onXp!.hingesOn,
      {
        note: "the platform model stretches the prompt's large tensors as it does the small ones of a generation, so that the prompt takes too long; platform, model and prompt of the published share are not named",
        alternatives: [
          { when: "on xeon-e5-2640v4", value: onXeon!.percent, hingesOn: onXeon!.hingesOn },
          { when: "on jetson-nano", value: onNano!.percent, hingesOn: onNano!.hingesOn },
        ],
      },
    ),
    "figure-2-query-key-intensity": computed(
      operations / bytes,
      "Q·K of GPT-2-Medium for one query among 993 keys, in floats",
    ),
  };
}

async function generationShare(laboratory: Laboratory, machine: string) {
  const prompt: NamedWorkload = {
    kind: "prompt",
    ...{ model: MODEL, tokenCount: PROMPT_TOKENS, weightBits: 8 },
  };
  const runs = await Promise.all(
    [denseAttention(), denseWeights, prompt].map((workload) => laboratory.measure({ machine, workload })),
  );
  const [attention, weights, first] = runs.map(({ report }) => report.seconds);
  const generation = attention! + weights!;
  return {
    percent: (100 * generation) / (generation + first!),
    hingesOn: runs.flatMap(({ hingesOn }) => hingesOn.seconds),
  };
}

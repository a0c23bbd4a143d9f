import type { PublishedRow } from "../../ledger/published-row.ts";
import { SPATTEN_PAPER } from "./paper.ts";

export const FIGURE_2 = `${SPATTEN_PAPER}, Fig 2`;
const INTRODUCTION = `${SPATTEN_PAPER}, section I`;
const MODEL = "GPT-2-Medium, 32 tokens";

const times = {
  "titan-xp": { title: "TITAN Xp", unit: "ms", attention: 366.72, others: 388.29, share: 49 },
  "xeon-e5-2640v4": { title: "Xeon E5-2640 v4", unit: "s", attention: 1.4731, others: 1.4869, share: 50 },
  "jetson-nano": { title: "Jetson Nano", unit: "s", attention: 5.6391, others: 3.558, share: 61 },
} as const;

/** Unit in which the figure prints the times of a platform. */
export const figure2UnitOf = (platform: (typeof figure2Platforms)[number]): "ms" | "s" =>
  times[platform].unit;

/** Platforms of the figure, in its order. */
export const figure2Platforms = Object.keys(times) as readonly (keyof typeof times)[];

/** Parts of the attention on TITAN Xp, by the call of our platform model. */
export const figure2Parts = {
  reshape: { title: "split, concat, reshape", percent: 39.6, anchor: "titan-xp-reshape-ratio" },
  softmax: { title: "transpose and softmax", percent: 33.3, anchor: "titan-xp-softmax-ratio" },
  queryKey: { title: "Q·K", percent: 16.4, anchor: "titan-xp-query-key-ratio" },
  probabilityValue: { title: "prob·V", percent: 10.6, anchor: "titan-xp-probability-value-ratio" },
} as const;

const ofPlatforms = figure2Platforms.flatMap((platform): PublishedRow[] => {
  const { title, unit, attention, others, share } = times[platform];
  const row = (what: string, quantity: string, published: number, unit: string) => ({
    id: `figure-2-${what}-${platform}`,
    source: FIGURE_2,
    quantity: `${MODEL}: ${quantity} on ${title}`,
    ...{ published, unit },
  });
  const anchor = `${platform}-attention-seconds`;
  return [
    { ...row("attention", "attention", attention, unit), anchor },
    {
      ...row("others", "everything but attention", others, unit),
      anchor: `${platform}-fully-connected-seconds`,
    },
    { ...row("share", "attention's share of the latency", share, "%"), roundedTo: 1, anchor },
  ];
});

const ofParts = Object.entries(figure2Parts).map(
  ([call, { title, percent, anchor }]): PublishedRow => ({
    id: `figure-2-part-${call === "queryKey" ? "query-key" : call === "probabilityValue" ? "probability-value" : call}`,
    source: FIGURE_2,
    quantity: `${title} as part of the attention of GPT-2-Medium on TITAN Xp`,
    published: percent,
    unit: "%",
    anchor,
  }),
);

/** SpAtten (HPCA 2021), Fig 2 and the numbers of the introduction. */
export const figure2Rows: readonly PublishedRow[] = [
  ...ofPlatforms,
  ...ofParts,
  {
    id: "figure-2-part-multiplications",
    source: FIGURE_2,
    quantity: "both matrix products as part of the attention of GPT-2-Medium on TITAN Xp",
    ...{ published: 27, unit: "%", roundedTo: 1, anchor: "titan-xp-query-key-ratio" },
  },
  {
    id: "figure-2-part-data-movement",
    source: FIGURE_2,
    quantity: "everything but the matrix products as part of the attention of GPT-2-Medium on TITAN Xp",
    ...{ published: 73, unit: "%", roundedTo: 1, anchor: "titan-xp-reshape-ratio" },
  },
  {
    id: "figure-2-thirty-tokens-titan-xp",
    source: INTRODUCTION,
    quantity: "attention of 30 generated tokens of GPT-2-Medium on TITAN Xp",
    ...{ published: 370, unit: "ms", roundedTo: 10, anchor: "titan-xp-attention-seconds" },
  },
  {
    id: "figure-2-thirty-tokens-raspberry-pi-4",
    source: INTRODUCTION,
    quantity: "attention of 30 generated tokens of GPT-2-Medium on Raspberry Pi 4",
    ...{ published: 43, unit: "s", roundedTo: 1, anchor: "raspberry-pi-4-attention-seconds" },
  },
  {
    id: "figure-2-generation-share",
    source: INTRODUCTION,
    quantity: "share of the generation in the latency of GPT-2, 32 tokens",
    ...{ published: 97, unit: "%", roundedTo: 1 },
  },
  {
    id: "figure-2-query-key-intensity",
    source: INTRODUCTION,
    quantity: "operations a byte of Q·K in a generation",
    ...{ published: 0.5, unit: "operations/byte", roundedTo: 0.1 },
  },
];

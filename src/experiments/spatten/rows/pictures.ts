import { lookUp } from "../../../base/registry.ts";
import { modelShapes } from "../../../workload/fully-connected-shapes.ts";
import type { Experiment } from "../../ledger/experiment.ts";
import type { Ours } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import { SPATTEN_PAPER } from "../published/paper.ts";
import { figure1, figure5Scores, figure22Similarity } from "../published/pictures.ts";
import { notReproducible, putIn } from "./computed.ts";

const PERCENT = 100;
const WHOLE_HEADS = lookUp(modelShapes, "bert-base", "model").headCount;

/** The shape of Fig 1's example: what the authors' model left of the sentence and of the heads is put in. */
const stages = {
  whole: { tokens: 11, heads: WHOLE_HEADS },
  middle: { tokens: 6, heads: 10 },
  end: { tokens: 2, heads: 8 },
} as const;
/** Tokens of the middle stage were one of them not counted; the kept words are four and two marks. */
const FEWER_TOKENS = 5;

const whole = stages.whole;

/** What is left of work that goes with tokens and heads alike, in percent. */
function leftOf({ tokens, heads }: { readonly tokens: number; readonly heads: number }): number {
  return (PERCENT * tokens * heads) / (whole.tokens * whole.heads);
}

const counts = figure1.flatMap(({ stage, tokens, heads }) => [
  { stage, of: "tokens" as const, published: tokens },
  { stage, of: "heads" as const, published: heads },
]);
const shares = figure1.flatMap((row) => ("percent" in row ? [row] : []));

const published: readonly PublishedRow[] = [
  ...counts.map(({ stage, of, published }) => ({
    id: `figure-1-${of}-${stage}`,
    ...{ source: `${SPATTEN_PAPER}, Fig 1`, quantity: `${of} of the example, ${stage}`, published, unit: of },
  })),
  ...shares.map(({ stage, percent }) => ({
    id: `figure-1-left-${stage}`,
    source: `${SPATTEN_PAPER}, Fig 1`,
    ...{ quantity: `compute and memory of the example, ${stage}`, published: percent, unit: "%" },
  })),
  ...figure5Scores.map((score, index) => ({
    id: `figure-5-importance-${index + 1}`,
    source: `${SPATTEN_PAPER}, Fig 5`,
    ...{ quantity: `importance of token ${index + 1} of the example`, published: score, unit: "probability" },
  })),
  {
    id: "figure-22-similarity",
    ...{ source: `${SPATTEN_PAPER}, Fig 22`, quantity: "similarity of the example of STS-B" },
    ...{ published: figure22Similarity, unit: "of 5" },
  },
];

function ourLeft(stage: "middle" | "end"): Ours {
  const { tokens, heads } = stages[stage];
  return {
    kind: "computed",
    value: leftOf(stages[stage]),
    on: `${tokens} tokens × ${heads} heads of ${whole.tokens} × ${whole.heads}`,
    hingesOn: [],
    alternatives: [
      {
        when: "Q·K and prob·V, which go with the square of the tokens",
        value: (leftOf(stages[stage]) * tokens) / whole.tokens,
      },
      ...(stage === "middle"
        ? [{ when: `${FEWER_TOKENS} tokens`, value: leftOf({ ...stages.middle, tokens: FEWER_TOKENS }) }]
        : []),
    ],
    ...(stage === "middle" ? { note: "the printed share is that of 5 tokens; the picture shows 6" } : {}),
  };
}

/** Figs 1, 5 and 22: examples out of the authors' models, and the arithmetic of what they show. */
export const picturesExperiment: Experiment = {
  id: "pictures",
  title: "Examples that the paper pictures",
  source: `${SPATTEN_PAPER}, Figs 1, 5 and 22`,
  published,
  ours: async () =>
    Object.fromEntries<Ours>([
      ...counts.map(({ stage, of }): [string, Ours] => [
        `figure-1-${of}-${stage}`,
        putIn(
          stages[stage][of],
          stage === "whole" ? "the sentence, and BERT-Base" : "what the authors' fine-tuned model kept",
        ),
      ]),
      ...shares.map(({ stage }): [string, Ours] => [`figure-1-left-${stage}`, ourLeft(stage)]),
      ...published
        .filter(({ id }) => id.startsWith("figure-5-") || id.startsWith("figure-22-"))
        .map(({ id }): [string, Ours] => [
          id,
          notReproducible("a figure of the authors' fine-tuned weights, which are not released"),
        ]),
    ]),
};

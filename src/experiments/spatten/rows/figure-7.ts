import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { Ours } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import { storedOurs } from "../../ledger/stored-ours.ts";
import { figure7Bars, figure7Errors, figure7Extent, figure7Fit, figure7Law } from "../published/figure-7.ts";
import { SPATTEN_PAPER } from "../published/paper.ts";
import { figure7Result, sharedScaleName } from "../remeasured/needs.ts";
import { computed, notReproducible } from "./computed.ts";
import { mostErrorPerScoreError, slopeOfErrorLaw } from "./softmax-error-law.ts";

const SOURCE = `${SPATTEN_PAPER}, Fig 7`;
const ON_RANDOM_ROWS = "softmax in float64 of 2,000 random rows of 2 to 64 scores";
const LAW = `${SPATTEN_PAPER}, section III-D`;

/** Rows that are stored, by the name of the value. */
const stored: readonly { readonly row: PublishedRow; readonly valueName: string }[] = [
  ...figure7Errors.map(([from, percent]) => ({
    valueName: `mean-error-${from}`,
    row: {
      id: `figure-7-mean-error-${from}`,
      ...{ source: SOURCE, unit: "%", published: percent },
      quantity: `mean error of 4 bits where the largest probability is ${from} to ${(from + 0.1).toFixed(1)}`,
    },
  })),
  ...(["intercept", "slope"] as const).map((name) => ({
    valueName: `fit-${name}`,
    row: {
      id: `figure-7-fit-${name}`,
      ...{ source: SOURCE, unit: "%", published: figure7Fit[name] },
      quantity: `${name} of the line through the errors over the largest probability`,
    },
  })),
  ...(["least", "most"] as const).map((end) => ({
    valueName: `${end}-largest-probability`,
    row: {
      id: `figure-7-${end}-largest-probability`,
      ...{ source: SOURCE, unit: "probability", published: figure7Extent[end] },
      quantity: `${end} of the largest probabilities of all points`,
    },
  })),
];

const bars: readonly PublishedRow[] = [
  ...figure7Bars.flat.map((value, index) => bar(`flat-${index + 1}`, `flat query, bar ${index + 1}`, value)),
  bar("peaked", "peaked query, largest bar", figure7Bars.peaked),
];

function bar(id: string, what: string, published: number): PublishedRow {
  return {
    id: `figure-7-bar-${id}`,
    source: SOURCE,
    quantity: `example: ${what}`,
    published,
    unit: "probability",
  };
}

/** Fig 7 and the law behind it: what few bits do to flat and to peaked probabilities. */
export const figure7Experiment: Experiment = {
  id: "figure-7",
  title: "Error of few bits by the largest probability",
  source: SOURCE,
  published: [
    ...stored.map(({ row }) => row),
    {
      id: "figure-7-law-factor",
      ...{ source: LAW, quantity: "change of all probabilities for a score off by d, over d p (1 - p)" },
      ...{ published: figure7Law.factor, unit: "ratio" },
    },
    {
      id: "figure-7-law-most",
      ...{ source: LAW, quantity: "change of all probabilities for a score off by d, over d, at most" },
      ...{ published: figure7Law.most, unit: "ratio" },
    },
    ...bars,
  ],
  ours: async (laboratory) =>
    Object.fromEntries<Ours>([
      ...stored.map(({ row, valueName }): [string, Ours] => [row.id, storedRow(laboratory, valueName)]),
      ["figure-7-law-factor", computed(slopeOfErrorLaw(), ON_RANDOM_ROWS)],
      ["figure-7-law-most", computed(mostErrorPerScoreError(), ON_RANDOM_ROWS)],
      ...bars.map(({ id }): [string, Ours] => [
        id,
        notReproducible("two queries that the authors picked out of their model"),
      ]),
    ]),
};

function storedRow({ stored: results }: Laboratory, valueName: string): Ours {
  const shared = results.find(({ id }) => id === figure7Result.id)?.values[sharedScaleName(valueName)];
  const scale =
    shared === undefined ? "" : `; ${Number(shared.toPrecision(3))} where a head's rows share a scale`;
  return storedOurs(
    results,
    figure7Result,
    valueName,
    `our model; the figure's is not named, nor are its keys${scale}`,
  );
}

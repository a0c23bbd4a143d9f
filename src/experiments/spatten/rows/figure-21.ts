import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { Ours } from "../../ledger/ours.ts";
import type { PublishedRow } from "../../ledger/published-row.ts";
import { storedOurs } from "../../ledger/stored-ours.ts";
import { figure21Heads, figure21Tokens, figure21WithoutLoss } from "../published/figure-21.ts";
import { SPATTEN_PAPER } from "../published/paper.ts";
import { headCurveResult, tokenCurveResult } from "../remeasured/needs.ts";
import { changeName, NEWEST_TOKENS, newestName } from "../remeasured/trade-off.ts";

const SOURCE = `${SPATTEN_PAPER}, Fig 21`;
const TEXT = `${SPATTEN_PAPER}, section V, on Fig 21`;

const curves = [
  {
    id: "tokens",
    result: tokenCurveResult,
    what: "GPT-2-Small on PTB",
    points: figure21Tokens,
    most: figure21WithoutLoss.tokens,
  },
  {
    id: "heads",
    result: headCurveResult,
    what: "BERT-Base on CoLA",
    points: figure21Heads,
    most: figure21WithoutLoss.heads,
  },
] as const;

type Curve = (typeof curves)[number];

/** A row of a curve, and the stored value behind it. */
function rowsOf({
  id,
  what,
  points,
  most,
}: Curve): { readonly row: PublishedRow; readonly valueName: string }[] {
  return [
    ...points.map(([ratio, published]) => ({
      valueName: changeName(ratio),
      row: {
        id: `figure-21-${id}-${ratio}`,
        ...{ source: SOURCE, published, unit: "%" },
        quantity: `${what}: change of the metric with ${ratio}× fewer ${id}`,
      },
    })),
    {
      valueName: "largest-without-loss",
      row: {
        id: `figure-21-${id}-without-loss`,
        ...{ source: TEXT, published: most, unit: "×" },
        quantity: `${what}: reduction of ${id} without loss`,
      },
    },
  ];
}

/** Made once: names follow the published ratios, figures do not. */
const rows = curves.flatMap((curve) => rowsOf(curve).map((row) => ({ ...row, curve })));

function oursOf({ stored }: Laboratory, { result }: Curve, valueName: string): Ours {
  const newest = stored.find((row) => row.id === result.id)?.values[newestName(valueName)];
  return storedOurs(
    stored,
    result,
    valueName,
    newest === undefined
      ? "our classifier and accuracy, not fine-tuned after pruning"
      : `our decoder and perplexity, not fine-tuned after pruning; ${Number(newest.toPrecision(3))} where the newest ${NEWEST_TOKENS} tokens always stay`,
  );
}

/** Fig 21: quality against the reduction of tokens and of heads, on our models. */
export const figure21Experiment: Experiment = {
  id: "figure-21",
  title: "Quality against the reduction of tokens and of heads",
  source: SOURCE,
  published: rows.map(({ row }) => row),
  ours: async (laboratory) =>
    Object.fromEntries(
      rows.map(({ curve, row, valueName }) => [row.id, oursOf(laboratory, curve, valueName)]),
    ),
};

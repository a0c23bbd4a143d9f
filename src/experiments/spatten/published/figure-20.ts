import type { PublishedRow } from "../../ledger/published-row.ts";
import { SPATTEN_PAPER } from "./paper.ts";

export const FIGURE_20 = `${SPATTEN_PAPER}, Fig 20`;
const OVER = "speedup over TITAN Xp, geometric mean of the 8 of GPT-2:";

type Row = readonly [
  id: string,
  quantity: string,
  published: number,
  more?: Pick<PublishedRow, "roundedTo" | "anchor">,
];

const rows: readonly Row[] = [
  ["speedup-dedicated-datapath", `${OVER} dedicated data path`, 22.14],
  ["speedup-pruning", `${OVER} with cascade token and head pruning`, 74.18],
  ["speedup-quantization", `${OVER} with quantization, which is everything`, 208.99],
  ["factor-pruning", "speedup by cascade token and head pruning", 3.35],
  ["factor-quantization", "speedup by quantization", 2.82],
  ["factor-token-pruning", "speedup by token pruning, top-k one by one", 1.1, { roundedTo: 0.1 }],
  ["factor-head-pruning", "speedup by head pruning, top-k one by one", 1.1, { roundedTo: 0.1 }],
  ["factor-top-k-engine", "speedup by the top-k engine of 16 comparators", 3, { roundedTo: 1 }],
  ["factor-static-quantization", "speedup by static quantization", 1.6, { roundedTo: 0.1 }],
  ["factor-progressive-quantization", "speedup by progressive quantization", 1.7, { roundedTo: 0.1 }],
  [
    "computation-token-pruning",
    "computation less by token pruning",
    3.8,
    { roundedTo: 0.1, anchor: "token-reduction-gpt2" },
  ],
  [
    "computation-head-pruning",
    "computation less by head pruning",
    1.1,
    { roundedTo: 0.1, anchor: "head-reduction" },
  ],
  ["divider-token-pruning", `${OVER} divider behind token pruning, read off the drawing`, 28],
  ["divider-head-pruning", `${OVER} divider behind head pruning, read off the drawing`, 35],
  ["divider-static-quantization", `${OVER} divider behind static quantization, read off the drawing`, 117],
];

/** SpAtten (HPCA 2021), Fig 20: the chain of techniques. */
export const figure20Rows: readonly PublishedRow[] = rows.map(([id, quantity, published, more]) => ({
  id: `figure-20-${id}`,
  source: FIGURE_20,
  quantity,
  published,
  unit: "×",
  ...more,
}));

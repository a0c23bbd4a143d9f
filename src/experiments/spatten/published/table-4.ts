import type { PublishedRow } from "../../ledger/published-row.ts";
import { SPATTEN_PAPER } from "./paper.ts";

export const TABLE_4 = `${SPATTEN_PAPER}, Table IV`;

/** Machines of the table, by the word that its rows are named with. */
export const table4Machines = { gpu: "TITAN Xp", "spatten-e2e": "SpAtten-e2e" } as const;
export type Table4Machine = keyof typeof table4Machines;

/** By machine: FC GFLOP and share, attention GFLOP and share, FC ms and share, attention ms and share. */
const table: Readonly<Record<Table4Machine, readonly (readonly [value: number, step: number])[]>> = {
  gpu: [
    [19.3, 0.1],
    [85.6, 0.1],
    [3.3, 0.1],
    [14.4, 0.1],
    [388.3, 0.1],
    [51.4, 0.1],
    [366.7, 0.1],
    [48.6, 0.1],
  ],
  "spatten-e2e": [
    [19.3, 0.1],
    [95.5, 0.1],
    [0.9, 0.1],
    [4.5, 0.1],
    [25.75, 0.01],
    [92.4, 0.1],
    [2.13, 0.01],
    [7.6, 0.1],
  ],
};

const columns = [
  ["fully-connected-operations", "GFLOP of the fully connected layers", "GFLOP"],
  ["fully-connected-operations-share", "their share of the operations", "%"],
  ["attention-operations", "GFLOP of the attention", "GFLOP"],
  ["attention-operations-share", "its share of the operations", "%"],
  ["fully-connected-time", "time of the fully connected layers", "ms"],
  ["fully-connected-time-share", "their share of the time", "%"],
  ["attention-time", "time of the attention", "ms"],
  ["attention-time-share", "its share of the time", "%"],
] as const;

/** Columns that an anchor of TITAN Xp is, or is made of. */
const gpuAnchors: Readonly<Record<string, string>> = {
  "fully-connected-time": "titan-xp-fully-connected-seconds",
  "fully-connected-time-share": "titan-xp-fully-connected-seconds",
  "attention-time": "titan-xp-attention-seconds",
  "attention-time-share": "titan-xp-attention-seconds",
};

const printed = Object.entries(table4Machines).flatMap(([machine, title]) =>
  columns.map(([column, quantity, unit], index): PublishedRow => {
    const [published, roundedTo] = table[machine as Table4Machine][index]!;
    const anchor = machine === "gpu" ? gpuAnchors[column] : undefined;
    return {
      id: `table-4-${machine}-${column}`,
      source: TABLE_4,
      quantity: `GPT-2-Medium, 32 tokens, on ${title}: ${quantity}`,
      ...{ published, unit, roundedTo },
      ...(anchor === undefined ? {} : { anchor }),
    };
  }),
);

const derivedRows: readonly (readonly [id: string, quantity: string, published: number, unit: string])[] = [
  ["fully-connected-operations", "2 × 24 × 12 × 1024² operations a token, 32 tokens", 19.33, "GFLOP"],
  ["attention-operations", "dense attention of 32 tokens behind a prompt of 992", 3.17, "GFLOP"],
  ["released-attention-operations", "dense attention of the released trace gpt2-medium-ptb", 3.172, "GFLOP"],
  ["attention-throughput", "executed operations of SpAtten's attention by its time", 0.42, "TFLOPS"],
  ["weight-traffic", "weights of 8 bits, fetched for each of 32 tokens", 9.66, "GB"],
  ["weight-bandwidth-8", "those bytes by their time on SpAtten-e2e", 375, "GB/s"],
  ["weight-bandwidth-share", "part of the peak bandwidth that this is", 73, "%"],
  ["weight-bandwidth-12", "the same at 12 bits, from the 12-bit bars of Fig 15", 374, "GB/s"],
];

/** SpAtten (HPCA 2021), Table IV, and what follows from its numbers. */
export const table4Rows: readonly PublishedRow[] = [
  ...printed,
  ...derivedRows.map(
    ([id, quantity, published, unit]): PublishedRow => ({
      id: `table-4-derived-${id}`,
      source: `derived from ${TABLE_4}`,
      quantity: `GPT-2-Medium: ${quantity}`,
      ...{ published, unit, derived: true },
    }),
  ),
];

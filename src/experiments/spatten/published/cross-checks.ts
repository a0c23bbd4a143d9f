import type { PublishedRow } from "../../ledger/published-row.ts";
import { SPATTEN_PAPER } from "./paper.ts";

export const CROSS_CHECKS = `derived from ${SPATTEN_PAPER}, Figs 2, 14 and 15`;
const TRACES = "the official release, traces of GPT-2 on WikiText-2";

type Row = readonly [
  id: string,
  source: string,
  quantity: string,
  published: number,
  unit: string,
  roundedTo?: number,
];

const medium = (task: string, published: number): Row => [
  `attention-gpt2-medium-${task}`,
  CROSS_CHECKS,
  `time of the attention of gpt2-medium-${task}, if the GPU takes 366.7 ms`,
  published,
  "ms",
];

const rows: readonly Row[] = [
  medium("wikitext2", 2.72),
  medium("wikitext103", 2.49),
  medium("ptb", 1.76),
  medium("1bw", 1.21),
  ["medium-trace-traffic", TRACES, "traffic of gpt2-medium, step 5", 708, "MB"],
  ["medium-trace-operations", TRACES, "operations of gpt2-medium, step 5", 1.02, "GFLOP"],
  ["medium-trace-bandwidth", CROSS_CHECKS, "that traffic in 2.72 ms", 260, "GB/s", 10],
  ["medium-trace-throughput", CROSS_CHECKS, "those operations in 2.72 ms", 0.38, "TFLOPS"],
  ["attention-gpt2-small", CROSS_CHECKS, "time of the attention of GPT-2-Small, about", 1.0, "ms", 0.1],
  ["titan-xp-gpt2-small", CROSS_CHECKS, "time of GPT-2-Small whole on TITAN Xp, about", 365, "ms", 5],
  ["small-trace-traffic", TRACES, "traffic of gpt2-small, per8", 82, "MB"],
  ["small-trace-bandwidth", CROSS_CHECKS, "that traffic in about 1.0 ms", 82, "GB/s"],
  ["small-trace-cycles-a-head", CROSS_CHECKS, "cycles a head of gpt2-small, per8, about", 220, "cycles", 10],
];

/** Absolute times that follow from printed ratios, and what the released traces add up to. */
export const crossCheckRows: readonly PublishedRow[] = rows.map(
  ([id, source, quantity, published, unit, roundedTo]) => ({
    id: `cross-checks-${id}`,
    ...{ source, quantity, published, unit, derived: true },
    ...(roundedTo === undefined ? {} : { roundedTo }),
  }),
);

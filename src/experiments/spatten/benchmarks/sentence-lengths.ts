import type { Assumption } from "./assumption.ts";

type LengthRow = readonly [
  value: number,
  low: number,
  high: number,
  howSure: Assumption["howSure"],
  note: string,
];

const UNPRINTED = "the paper takes the mean of the dev set and does not print it";
const LTP = `${UNPRINTED}; from the operations of dense RoBERTa-base in LTP (KDD 2022, remembered), another tokenizer`;
const SQUAD = "the paper says that BERT's sentences are shorter than 100, which paragraphs of SQuAD are not";

/** Mean tokens of each BERT task's development set, [CLS] and [SEP] included. */
const bertLengths: Readonly<Record<string, LengthRow>> = {
  "squad-v1": [
    180,
    100,
    200,
    "assumed",
    `${UNPRINTED}; taken as of SQuAD v2.0, whose paragraphs it shares; ${SQUAD}`,
  ],
  "squad-v2": [182, 100, 200, "remembered", `${LTP}; ${SQUAD}`],
  cola: [11, 8, 15, "assumed", `${UNPRINTED}; a sentence of 8 or 9 words`],
  "mnli-m": [40, 36, 44, "remembered", LTP],
  "mnli-mm": [42, 38, 46, "remembered", LTP],
  mrpc: [54, 49, 60, "remembered", LTP],
  qnli: [52, 47, 57, "remembered", LTP],
  qqp: [31, 28, 34, "remembered", LTP],
  rte: [66, 59, 73, "remembered", LTP],
  "sst-2": [26, 23, 29, "remembered", LTP],
  "sts-b": [32, 29, 35, "remembered", LTP],
};

export const bertTasks: readonly string[] = Object.keys(bertLengths);

/** Tokens of a BERT task's sentence. */
export function bertLength(task: string): Assumption {
  const [value, low, high, howSure, note] = bertLengths[task]!;
  return { id: "tokenCount", value, low, high, least: 1, most: 65_536, isWhole: true, howSure, note };
}

const GPT2_RUN = "SpAtten (HPCA 2021), section V: a prompt of 992 tokens, the latency of generating 32";

/** Tokens of GPT-2's prompt, and those that it generates. */
export const gpt2Lengths: readonly Assumption[] = [
  {
    id: "tokenCount",
    ...{ value: 992, low: 992, high: 992, least: 1, most: 65_536, isWhole: true },
    howSure: "published",
    note: GPT2_RUN,
  },
  {
    id: "generatedCount",
    ...{ value: 32, low: 32, high: 32, least: 2, most: 4096, isWhole: true },
    howSure: "published",
    note: GPT2_RUN,
  },
];

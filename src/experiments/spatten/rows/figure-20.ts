import type { Experiment } from "../../ledger/experiment.ts";
import type { Ours } from "../../ledger/ours.ts";
import { type AblationChain, ablationChain } from "../ablation/chain.ts";
import type { AblationChoice, AblationStep } from "../ablation/steps.ts";
import { FIGURE_20, figure20Rows } from "../published/figure-20.ts";
import { computed } from "./computed.ts";

type StepId = AblationStep["id"];

/** How a row is read off a chain: a step, or how many times as much as an earlier one. */
interface Reading {
  readonly step: StepId;
  readonly over?: StepId;
  readonly note?: string;
}

const DENSE =
  "ours streams 12 bits near the peak of the DRAM; at 32 bits and the part of the peak that the paper's weights reach, both meet";
const TOP_K =
  "one comparator for the local values of every query costs ours more than pruning saves over a dense data path at full bandwidth";
const BOUND =
  "ours waits for the top-k of local values, not for bytes, so that fewer bits gain little and a refetch costs";
const DRAWN = "the drawing's dividers do not fit the printed factors";

const speedups: Readonly<Record<string, Reading>> = {
  "speedup-dedicated-datapath": { step: "dedicated-datapath", note: DENSE },
  "speedup-pruning": { step: "top-k-engine", note: DENSE },
  "speedup-quantization": { step: "progressive-quantization" },
  "factor-pruning": { step: "top-k-engine", over: "dedicated-datapath" },
  "factor-quantization": { step: "progressive-quantization", over: "top-k-engine", note: BOUND },
  "factor-token-pruning": { step: "token-pruning", over: "dedicated-datapath", note: TOP_K },
  "factor-head-pruning": { step: "head-pruning", over: "token-pruning" },
  "factor-top-k-engine": { step: "top-k-engine", over: "head-pruning", note: TOP_K },
  "factor-static-quantization": { step: "static-quantization", over: "top-k-engine", note: BOUND },
  "factor-progressive-quantization": {
    step: "progressive-quantization",
    over: "static-quantization",
    note: BOUND,
  },
  "divider-token-pruning": { step: "token-pruning", note: DRAWN },
  "divider-head-pruning": { step: "head-pruning", note: DRAWN },
  "divider-static-quantization": { step: "static-quantization" },
};

const computations: Readonly<Record<string, Required<Omit<Reading, "note">>>> = {
  "computation-token-pruning": { step: "token-pruning", over: "dedicated-datapath" },
  "computation-head-pruning": { step: "head-pruning", over: "token-pruning" },
};

/** The row's choice, and what else it could mean. */
const choices: readonly { readonly when: string; readonly choice: AblationChoice }[] = [
  { when: "unquantized K and V have 12 bits", choice: { denseBits: 12 } },
  { when: "unquantized K and V have 16 bits", choice: { denseBits: 16 } },
  { when: "unquantized K and V have 32 bits", choice: { denseBits: 32 } },
  { when: "static quantization to 8 bits", choice: { denseBits: 12, staticBits: 8 } },
];

/** Fig 20: what each technique adds. */
export const figure20Experiment: Experiment = {
  id: "figure-20",
  title: "Where the speedup of GPT-2 comes from",
  source: FIGURE_20,
  published: figure20Rows,
  ours: async (laboratory) => {
    const chains = await Promise.all(choices.map(({ choice }) => ablationChain(laboratory, choice)));
    const [chain, ...others] = chains;
    const speedupRows = Object.entries(speedups).map(([id, reading]): [string, Ours] => {
      const own = readingOf(chain!, reading);
      const alternatives = others
        .map((other, index) => ({ when: choices[index + 1]!.when, value: readingOf(other, reading) }))
        .filter(({ value }) => value !== own);
      const { step, over, note } = reading;
      const on = `8 benchmarks of GPT-2, analytical: step ${step} over ${over ?? "titan-xp dense"}; ${choices[0]!.when}`;
      const remarks = {
        ...(note === undefined ? {} : { note }),
        ...(alternatives.length === 0 ? {} : { alternatives }),
      };
      return [`figure-20-${id}`, computed(own, on, hingesOf(chain!, reading), remarks)];
    });
    const computationRows = Object.entries(computations).map(([id, { step, over }]): [string, Ours] => [
      `figure-20-${id}`,
      computed(
        chain![over].executedOperations / chain![step].executedOperations,
        `GPT-2, 8 benchmarks: executed operations of step ${over} by those of step ${step}`,
        chain![step].hingesOn.operations,
      ),
    ]);
    return Object.fromEntries([...speedupRows, ...computationRows]);
  },
};

function readingOf(chain: AblationChain, { step, over }: Reading): number {
  return chain[step].speedup / (over === undefined ? 1 : chain[over].speedup);
}

/** Of two steps the GPU cancels out. */
function hingesOf(chain: AblationChain, { step, over }: Reading): readonly string[] {
  const { time, gpu } = chain[step].hingesOn;
  return [...time, ...(over === undefined ? gpu : chain[over].hingesOn.time)];
}

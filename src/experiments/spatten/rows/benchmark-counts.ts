import type { Experiment } from "../../ledger/experiment.ts";
import { benchmarkCounts } from "../published/benchmark-counts.ts";
import { SPATTEN_PAPER } from "../published/paper.ts";
import { putIn } from "./computed.ts";

const SOURCE = `${SPATTEN_PAPER}, section V-A`;
const families = [
  { id: "bert", title: "BERT-Base and BERT-Large" },
  { id: "gpt2", title: "GPT-2-Small and GPT-2-Medium" },
] as const;

/** Section V-A: how many benchmarks there are. */
export const benchmarkCountsExperiment: Experiment = {
  id: "benchmarks",
  title: "The benchmarks",
  source: SOURCE,
  published: families.map(({ id, title }) => ({
    id: `benchmarks-${id}`,
    ...{
      source: SOURCE,
      quantity: `benchmarks of ${title}`,
      published: benchmarkCounts[id],
      unit: "benchmarks",
    },
  })),
  ours: async ({ benchmarks }) =>
    Object.fromEntries(
      families.map(({ id }) => [
        `benchmarks-${id}`,
        putIn(
          benchmarks.filter((benchmark) => benchmark.id.startsWith(id)).length,
          "the benchmarks that workloads are made of",
        ),
      ]),
    ),
};

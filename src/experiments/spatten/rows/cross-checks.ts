import type { Experiment, Laboratory } from "../../ledger/experiment.ts";
import type { Measured } from "../../ledger/measurement.ts";
import type { OursById } from "../../ledger/ours.ts";
import { CROSS_CHECKS, crossCheckRows } from "../published/cross-checks.ts";
import { benchmarksOf } from "./benchmark-sets.ts";
import { computed } from "./computed.ts";

const SCHEDULE = "on the schedule of the released trace, analytical";

/** Absolute times and rates behind the ratios. */
export const crossChecksExperiment: Experiment = {
  id: "cross-checks",
  title: "Absolute times behind the ratios",
  source: CROSS_CHECKS,
  published: crossCheckRows,
  ours: async (laboratory) => {
    const parts = await Promise.all([mediumTasks(laboratory), traces(laboratory), smallModel(laboratory)]);
    return Object.assign({}, ...parts);
  },
};

async function mediumTasks(laboratory: Laboratory): Promise<OursById> {
  const tasks = benchmarksOf(laboratory, "gpt2").filter(({ model }) => model.id === "gpt2-medium");
  const rows = await Promise.all(
    tasks.map(async (row) => {
      const { report, hingesOn } = await pruned(laboratory, row.id);
      const value = computed(1e3 * report.seconds, `spatten on ${row.id}, analytical`, hingesOn.seconds, {
        note: "the tasks differ in what the paper does not publish, so that ours are equal",
      });
      return [`cross-checks-attention-${row.id}`, value] as const;
    }),
  );
  return Object.fromEntries(rows);
}

function pruned({ measure }: Laboratory, id: string): Promise<Measured> {
  return measure({ machine: "spatten", workload: { kind: "benchmark", id } });
}

async function traces({ measure }: Laboratory): Promise<OursById> {
  const [medium, small] = await Promise.all(
    (["gpt2-medium-pruned-992", "gpt2-small-pruned-992"] as const).map(
      async (id) => (await measure({ machine: "spatten", workload: { kind: "reference", id } })).report,
    ),
  );
  const rate = (amount: number, { seconds }: { readonly seconds: number }): number => amount / seconds;
  const onMedium = `spatten, GPT-2-Medium ${SCHEDULE}`;
  const onSmall = `spatten, GPT-2-Small ${SCHEDULE}`;
  const { iterationCount, layerCount, headCount } = { iterationCount: 32, layerCount: 12, headCount: 12 };
  return {
    "cross-checks-medium-trace-traffic": computed(medium!.bytes.total / 1e6, onMedium),
    "cross-checks-medium-trace-operations": computed(medium!.operations.executed / 1e9, onMedium),
    "cross-checks-medium-trace-bandwidth": computed(rate(medium!.bytes.total, medium!) / 1e9, onMedium),
    "cross-checks-medium-trace-throughput": computed(
      rate(medium!.operations.executed, medium!) / 1e12,
      onMedium,
    ),
    "cross-checks-small-trace-traffic": computed(small!.bytes.total / 1e6, onSmall),
    "cross-checks-small-trace-bandwidth": computed(rate(small!.bytes.total, small!) / 1e9, onSmall),
    "cross-checks-small-trace-cycles-a-head": computed(
      small!.cycles / (iterationCount * layerCount * headCount),
      onSmall,
    ),
  };
}

async function smallModel(laboratory: Laboratory): Promise<OursById> {
  const id = "gpt2-small-wikitext2";
  const [{ report, hingesOn }, whole] = await Promise.all([
    pruned(laboratory, id),
    laboratory.measure({
      machine: "titan-xp",
      workload: { kind: "benchmark", id, variant: "dense", weightBits: 8 },
    }),
  ]);
  return {
    "cross-checks-attention-gpt2-small": computed(
      1e3 * report.seconds,
      `spatten on ${id}, analytical`,
      hingesOn.seconds,
    ),
    "cross-checks-titan-xp-gpt2-small": computed(
      1e3 * whole.report.seconds,
      `titan-xp on ${id}, dense, with its fully connected layers`,
      whole.hingesOn.seconds,
    ),
  };
}

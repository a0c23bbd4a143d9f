import { DATAPATH_BITS } from "../../../workload/dense-head.ts";
import type { Laboratory } from "../../ledger/experiment.ts";
import type { Measured } from "../../ledger/measurement.ts";
import type { Ours } from "../../ledger/ours.ts";
import type { AssumedValues } from "../benchmarks/assumption.ts";
import {
  anchorsOfRuns,
  type BenchmarkSet,
  benchmarkSets,
  geomeanOf,
  meanOf,
  measureSet,
} from "./benchmark-sets.ts";

/** What an unpruned original may have been stored in. */
const ORIGINAL_BITS = [32, 16, 12] as const;
/** Everything off but what a row is about. */
const nothingPruned: AssumedValues = {
  tokenReduction: 1,
  headReduction: 1,
  valueKeepRatio: 1,
  operandBits: DATAPATH_BITS,
  keyBits: DATAPATH_BITS,
  refetchRatio: 0,
};

const keyValueBytes = ({ report }: Measured): number =>
  report.bytes.key + report.bytes.keyLsb + report.bytes.value;

/** What pruning and quantization save, each on the workloads that the machine is fed. */
export async function reductionRows(laboratory: Laboratory): Promise<[string, Ours][]> {
  const dense = await measureSet(laboratory, { machine: "spatten", set: "all", variant: "dense" });
  const pruned = await measureSet(laboratory, { machine: "spatten", set: "all" });
  const lessDram = ({ report }: Measured, index: number): number =>
    dense[index]!.report.bytes.total / report.bytes.total;
  const over = (bits: number): number => bits / DATAPATH_BITS;
  const dram = (bits: number): number => geomeanOf(pruned, lessDram) * over(bits);
  const lessWork = ({ report }: Measured): number =>
    report.operations.denseEquivalent / report.operations.executed;
  const [floats, ...others] = ORIGINAL_BITS;
  return [
    [
      "dram-reduction",
      {
        ...{ kind: "computed", value: dram(floats), hingesOn: anchorsOfRuns(pruned, "workload") },
        on: "spatten, dense floats over pruned, all streams, geometric mean of 30",
        note: "the paper does not say of which width its baseline is",
        alternatives: [
          ...others.map((bits) => ({ when: `the original has ${bits} bits`, value: dram(bits) })),
          {
            when: "floats, arithmetic mean",
            value: meanOf(pruned, lessDram) * over(floats),
          },
        ],
      },
    ],
    [
      "computation-reduction",
      {
        kind: "computed",
        value: geomeanOf(pruned, lessWork),
        on: "spatten, Q·K and prob·V, dense over executed, geometric mean of 30",
        hingesOn: anchorsOfRuns(pruned, "workload"),
        alternatives: [
          {
            when: "arithmetic mean",
            value: meanOf(pruned, lessWork),
          },
        ],
      },
    ],
    ["token-reduction-all", await tokenRow(laboratory, "all")],
    ["token-reduction-gpt2", await tokenRow(laboratory, "gpt2")],
    ["head-reduction", await headRow(laboratory)],
    ["progressive-reduction", await progressiveRow(laboratory)],
    ["refetch-rate", refetchRow(await measureSet(laboratory, { machine: "spatten", set: "gpt2" }))],
  ];
}

/** K and V less, and K alone, with all but the given assumptions switched off. */
async function keyValueReduction(laboratory: Laboratory, set: BenchmarkSet, kept: readonly string[]) {
  const assume = Object.fromEntries(Object.entries(nothingPruned).filter(([name]) => !kept.includes(name)));
  const dense = await measureSet(laboratory, { machine: "spatten", set, variant: "dense" });
  const runs = await measureSet(laboratory, { machine: "spatten", set, assume });
  const reduction = (bytes: (run: Measured) => number): number =>
    geomeanOf(runs, (run, index) => bytes(dense[index]!) / bytes(run));
  return {
    value: reduction(keyValueBytes),
    ofKeys: reduction(({ report }) => report.bytes.key),
    hingesOn: anchorsOfRuns(runs, "workload"),
  };
}

async function tokenRow(laboratory: Laboratory, set: BenchmarkSet): Promise<Ours> {
  const kept = ["tokenReduction", "valueKeepRatio"];
  const { value, ofKeys, hingesOn } = await keyValueReduction(laboratory, set, kept);
  return {
    ...{ kind: "computed", value, hingesOn },
    on: `spatten, K and V fetched, dense over pruned, nothing else pruned, geometric mean of ${benchmarkSets[set].title}`,
    note: "tasks' own ratios are not published: the average was put in",
    alternatives: [{ when: "token pruning alone: the same run's keys", value: ofKeys }],
  };
}

async function headRow(laboratory: Laboratory): Promise<Ours> {
  const { value, hingesOn } = await keyValueReduction(laboratory, "all", ["headReduction"]);
  return {
    ...{ kind: "computed", value, hingesOn },
    on: "spatten, K and V fetched, dense over pruned, only heads pruned, geometric mean of 30",
    note: "the average was put in; counts of heads are whole",
  };
}

async function progressiveRow(laboratory: Laboratory): Promise<Ours> {
  const { value, hingesOn } = await keyValueReduction(laboratory, "gpt2", ["keyBits", "refetchRatio"]);
  const over = (bits: number): number => (value * bits) / DATAPATH_BITS;
  const [floats, ...others] = ORIGINAL_BITS;
  return {
    ...{ kind: "computed", value: over(floats), hingesOn },
    on: "spatten, K and V fetched, dense floats over few bits, nothing pruned, the 8 of GPT-2",
    note: "the high bits were chosen so that floats give the published figure; low bits are those of K alone",
    alternatives: others.map((bits) => ({ when: `the original has ${bits} bits`, value: over(bits) })),
  };
}

function refetchRow(runs: readonly Measured[]): Ours {
  const rate = ({ report }: Measured): number =>
    (100 * report.operations.recomputed) / queryKeyOperations(report);
  return {
    ...{ kind: "computed", value: meanOf(runs, rate), hingesOn: anchorsOfRuns(runs, "workload") },
    on: "spatten, Q·K computed again over Q·K, mean of the 8 of GPT-2",
    note: "the rate was put in",
  };
}

/** Of executed operations, those of Q·K: a key that is fetched takes as many as a value, and both have the same bits. */
function queryKeyOperations({ operations, bytes }: Measured["report"]): number {
  return (operations.executed * bytes.key) / (bytes.key + bytes.value);
}
